using Microsoft.ML;
using Microsoft.ML.Data;
using Pipeline.Core.Imaging;

namespace Pipeline.Inference.MLNet.Tests.Rows;

/// <summary>How far the cursor reads ahead, how often, and what becomes of it when something fails.</summary>
public sealed class ClassifyingCursorTests : MLNetTest
{
    private int rowsRead;

    [Fact]
    public void MoveNext_EndlessInput_ReadsNoFurtherThanTheBatchesAhead()
    {
        string path = Folder.AddColors(1)[0];
        IDataView view = Classified(Endless(path));
        Assert.Equal(0, rowsRead); // lazy

        DataViewRowCursor cursor = view.GetRowCursor(view.Schema);
        for (int row = 0; row < 10; row++)
        {
            Assert.True(cursor.MoveNext());
        }

        cursor.Dispose();
        int readWhenDisposed = rowsRead;

        // three batches of 4 shown or being shown, (BatchesAhead + 2) made
        Assert.InRange(readWhenDisposed, 10, 12 + ((2 + 2) * 4));
        Assert.All(Enumerable.Range(0, 100), _ => Assert.Equal(readWhenDisposed, Volatile.Read(ref rowsRead)));
    }

    [Fact]
    public void MoveNext_InputThatThrows_ThrowsAfterTheBatchesBefore()
    {
        string[] paths = Folder.AddColors(9);
        IEnumerable<ImageRow> broken = paths.Select(
            (path, index) => index < 7 ? ImageRow.Of(path, index) : throw new TimeoutException("the source is gone")
        );
        using IEnumerator<ClassifiedImageRow> rows = Context
            .Data.CreateEnumerable<ClassifiedImageRow>(Classified(broken), reuseRowObject: false)
            .GetEnumerator();
        var labels = new List<string>();

        var error = Assert.ThrowsAny<Exception>(() =>
        {
            while (rows.MoveNext())
            {
                labels.Add(rows.Current.PredictedLabel);
            }
        });

        Assert.Equal("the source is gone", error.GetBaseException().Message);
        Assert.Equal(["red", "green", "blue", "red"], labels); // the batch of 4 before; the second was not complete
    }

    [Fact]
    public void MoveNext_StepBeforeThatThrows_ThrowsAndLeavesTheNextCursorWhole()
    {
        string[] paths = Folder.AddColors(9);
        int calls = 0;
        IDataView data = Context
            .Transforms.CustomMapping<ImageRow, Checked>(
                (row, result) =>
                    result.Path =
                        Interlocked.Increment(ref calls) == 6 ? throw new TimeoutException("once") : row.ImagePath,
                contractName: null
            )
            .Fit(ImageRow.View(Context, paths))
            .Transform(ImageRow.View(Context, paths));
        IDataView view = Context.Transforms.ClassifyImages(Context, Classifier(), "Path").Fit(data).Transform(data);

        var error = Assert.ThrowsAny<Exception>(() => view.GetColumn<float>("Probability").ToArray());

        Assert.Equal("once", error.GetBaseException().Message);
        Assert.Equal(9, view.GetColumn<float>("Probability").Count(probability => probability > 0));
    }

    [Fact]
    public void MoveNext_ImageColumnIsShownToo_MakesItsValueOnce()
    {
        string[] paths = MixedPaths(12);
        int made = 0;
        IDataView data = ImageRow.View(Context, paths);
        IDataView bytes = Context
            .Transforms.CustomMapping<ImageRow, BytesRow>(
                (row, result) =>
                {
                    Interlocked.Increment(ref made);
                    result.Content = File.Exists(row.ImagePath) ? File.ReadAllBytes(row.ImagePath) : null;
                },
                contractName: null
            )
            .Fit(data)
            .Transform(data);
        IDataView view = Context
            .Transforms.ClassifyImages(Context, Classifier(), "Content")
            .Fit(bytes)
            .Transform(bytes);
        float[] expected = [.. view.GetColumn<float>("Probability")];
        made = 0;

        ShownRow[] rows = [.. Context.Data.CreateEnumerable<ShownRow>(view, reuseRowObject: false)];

        Assert.Equal(paths.Length, made);
        Assert.Equal(expected, rows.Select(row => row.Probability));
        Assert.Equal(
            paths.Select(path => File.Exists(path) ? new FileInfo(path).Length : 0),
            rows.Select(row => (long)row.Content.Length)
        );
    }

    [Fact]
    public void MoveNext_ImagesAreShownToo_GivesTheReaderItsOwnCopies()
    {
        PixelBuffer[] pixels = [.. Folder.AddColors(9).Select(path => ImageDecoder.DecodeOriginal(path))];
        PictureRow[] input =
        [
            .. pixels.Select(image => new PictureRow { Picture = Pictures.Of(image, isBgra: false) }),
        ];
        IDataView data = Context.Data.LoadFromEnumerable(input);
        IDataView view = Context.Transforms.ClassifyImages(Context, Classifier(), "Picture").Fit(data).Transform(data);
        float[] expected = [.. view.GetColumn<float>("Probability")];

        var found = new List<float>();
        foreach (ShownPicture row in Context.Data.CreateEnumerable<ShownPicture>(view, reuseRowObject: false))
        {
            found.Add(row.Probability);
            row.Picture?.Dispose(); // the reader's, not the application's
        }

        Assert.Equal(expected, found);
        Assert.All(input, row => Assert.Equal(20, row.Picture?.Width));
    }

    private IDataView Classified(IEnumerable<ImageRow> rows) =>
        Context
            .Transforms.ClassifyImages(Context, Classifier())
            .Fit(ImageRow.View(Context, []))
            .Transform(Context.Data.LoadFromEnumerable(rows));

    private IEnumerable<ImageRow> Endless(string path)
    {
        while (true)
        {
            yield return ImageRow.Of(path, Interlocked.Increment(ref rowsRead));
        }
    }

    private sealed class Checked
    {
        public string Path { get; set; } = string.Empty;
    }

    private sealed class ShownRow
    {
        public byte[] Content { get; set; } = [];

        public float Probability { get; set; }
    }

    private sealed class ShownPicture
    {
        [Microsoft.ML.Transforms.Image.ImageType(12, 20)]
        public MLImage? Picture { get; set; }

        public float Probability { get; set; }
    }
}
