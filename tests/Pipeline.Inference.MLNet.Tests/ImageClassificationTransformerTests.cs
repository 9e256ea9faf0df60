using Microsoft.ML;
using Microsoft.ML.Data;
using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Tests;

namespace Pipeline.Inference.MLNet.Tests;

public sealed class ImageClassificationTransformerTests : MLNetTest
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(32)]
    public void Transform_AnyBatchSize_GivesTheRowsOfOurOwnApi(int batchSize)
    {
        string[] paths = MixedPaths(33);
        ImageClassifier classifier = Classifier(batchSize);
        IDataView view = Fitted(classifier, paths).Transform(ImageRow.View(Context, paths));

        ClassifiedImageRow[] rows = Rows(view);

        Assert.Equal(paths, rows.Select(row => row.ImagePath));
        Assert.Equal(4, rows.Count(row => row.Error.Length > 0));
        for (int index = 0; index < rows.Length; index++)
        {
            Prediction expected = paths[index].Length > 0 ? classifier.Classify(paths[index]) : classifier.Classify(ReadOnlySpan<byte>.Empty);
            AssertSame(expected, rows[index]);
            Assert.Equal(index, rows[index].Index);
            Assert.Equal($"note {index}", rows[index].Note);
            Assert.Equal([index, -index], rows[index].Numbers);
        }
    }

    [Fact]
    public void Transform_NoRows_GivesNone()
    {
        IDataView view = Fitted(Classifier(), []).Transform(ImageRow.View(Context, []));

        Assert.Empty(Rows(view));
    }

    [Fact]
    public void Transform_UncertainAnswer_HasNoLabelButItsScores()
    {
        string[] paths = Folder.AddColors(3);
        ImageClassifier classifier = Owned(ImageClassifier.Load(TestModels.Colors, Options(4) with { MinimumConfidence = 1 }));

        ClassifiedImageRow[] rows = Rows(Fitted(classifier, paths).Transform(ImageRow.View(Context, paths)));

        Assert.All(rows, row => Assert.Equal((string.Empty, string.Empty), (row.PredictedLabel, row.Error)));
        Assert.All(rows, row => Assert.Equal(row.Score.Max(), row.Probability));
    }

    [Fact]
    public void Schema_Output_HasTheInputColumnsAndTheFourAdded()
    {
        DataViewSchema schema = Fitted(Classifier(), []).Transform(ImageRow.View(Context, [])).Schema;

        var slots = default(VBuffer<ReadOnlyMemory<char>>);
        schema["Score"].GetSlotNames(ref slots);
        Assert.Equal(["ImagePath", "Index", "Note", "Numbers", "Score", "PredictedLabel", "Probability", "Error"], schema.Select(column => column.Name));
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 3), schema["Score"].Type);
        Assert.Equal(["blue", "green", "red"], slots.DenseValues().Select(slot => slot.ToString()));
        Assert.Equal(TextDataViewType.Instance, schema["PredictedLabel"].Type);
        Assert.Equal(NumberDataViewType.Single, schema["Probability"].Type);
    }

    [Fact]
    public void Cursor_TwoAtOnceInTurns_EachGivesItsOwnRows()
    {
        string[] paths = MixedPaths(20);
        ImageClassifier classifier = Classifier();
        IDataView view = Fitted(classifier, paths).Transform(ImageRow.View(Context, paths));
        using IEnumerator<ClassifiedImageRow> first = Context.Data.CreateEnumerable<ClassifiedImageRow>(view, reuseRowObject: false).GetEnumerator();
        using IEnumerator<ClassifiedImageRow> second = Context.Data.CreateEnumerable<ClassifiedImageRow>(view, reuseRowObject: false).GetEnumerator();
        var expected = Rows(view);

        for (int index = 0; index < paths.Length; index++)
        {
            Assert.True(first.MoveNext());
            Assert.Equivalent(expected[index], first.Current, strict: true);
            if (index % 2 == 0)
            {
                Assert.True(second.MoveNext());
                Assert.Equivalent(expected[index / 2], second.Current, strict: true);
            }
        }

        Assert.False(first.MoveNext());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(6)]
    public void Cursor_LeftHalfWay_StopsAndLeavesTheNextOneWhole(int rowsRead)
    {
        string[] paths = MixedPaths(40);
        IDataView view = Fitted(Classifier(), paths).Transform(ImageRow.View(Context, paths));
        DataViewRowCursor cursor = view.GetRowCursor(view.Schema);
        for (int row = 0; row < rowsRead; row++)
        {
            Assert.True(cursor.MoveNext());
        }

        cursor.Dispose();
        cursor.Dispose();

        Assert.Throws<ObjectDisposedException>(() => cursor.MoveNext());
        Assert.Equal(paths, Rows(view).Select(row => row.ImagePath));
    }

    [Fact]
    public void Cursor_NoAddedColumnAskedFor_ComputesNothing()
    {
        var logger = new CountingLogger();
        string[] missing = [.. Enumerable.Range(0, 10).Select(index => Folder[$"{index}.png"])];
        IDataView view = Fitted(Logging(logger), missing).Transform(ImageRow.View(Context, missing));

        int[] indexes = [.. view.GetColumn<int>("Index")];

        Assert.Equal(Enumerable.Range(0, 10), indexes);
        Assert.Equal(0, logger.SkippedImages);
        Assert.All(view.GetColumn<float>("Probability"), probability => Assert.True(float.IsNaN(probability)));
        Assert.Equal(10, logger.SkippedImages);
    }

    [Fact]
    public void Cursor_SeveralAddedColumnsAskedFor_ComputesEachImageOnce()
    {
        var logger = new CountingLogger();
        string[] missing = [.. Enumerable.Range(0, 10).Select(index => Folder[$"{index}.png"])];
        IDataView view = Fitted(Logging(logger), missing).Transform(ImageRow.View(Context, missing));

        ClassifiedImageRow[] rows = Rows(view);

        Assert.Equal(10, rows.Length);
        Assert.Equal(10, logger.SkippedImages);
    }

    [Fact]
    public void Cursor_ColumnNotAskedFor_IsRefused()
    {
        IDataView view = Fitted(Classifier(), []).Transform(ImageRow.View(Context, []));
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Probability"]]);

        var notActive = Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema["PredictedLabel"]));
        var otherType = Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<double>(view.Schema["Probability"]));

        Assert.Equal("Column 'PredictedLabel' is not active. Name it among the columns needed when the cursor is made.", notActive.Message);
        Assert.Equal("Column 'Probability' holds System.Single, a getter of System.Double was asked for.", otherType.Message);
    }

    [Fact]
    public void Transform_InputThatThrows_ThrowsAfterTheRowsBefore()
    {
        string[] paths = Folder.AddColors(9);
        IEnumerable<ImageRow> broken = paths.Select((path, index) => index < 7 ? ImageRow.Of(path, index) : throw new TimeoutException("the source is gone"));
        IDataView view = Fitted(Classifier(), paths).Transform(Context.Data.LoadFromEnumerable(broken));
        using IEnumerator<ClassifiedImageRow> rows = Context.Data.CreateEnumerable<ClassifiedImageRow>(view, reuseRowObject: false).GetEnumerator();

        var error = Assert.ThrowsAny<Exception>(() =>
        {
            while (rows.MoveNext())
            {
                Assert.NotEmpty(rows.Current.PredictedLabel);
            }
        });

        Assert.Equal("the source is gone", error.GetBaseException().Message);
    }

    [Fact]
    public void PredictionEngine_GoodAndBadInTurns_NeverGivesAStaleAnswer()
    {
        string[] paths = MixedPaths(12);
        ImageClassifier classifier = Classifier();
        using PredictionEngine<ImageRow, ClassifiedImageRow> engine = Context.Model.CreatePredictionEngine<ImageRow, ClassifiedImageRow>(Fitted(classifier, paths));
        var row = new ClassifiedImageRow();

        foreach (string path in paths.Where(path => path.Length > 0))
        {
            engine.Predict(ImageRow.Of(path, 5), ref row);

            AssertSame(classifier.Classify(path), row);
            Assert.Equal(5, row.Index);
        }
    }

    [Fact]
    public void Append_BetweenOtherSteps_WorksAsAnyEstimator()
    {
        string[] paths = MixedPaths(9);
        IDataView data = ImageRow.View(Context, paths);
        var chain = Context.Transforms.CopyColumns("Picture", "ImagePath")
            .Append(Context.Transforms.ClassifyImages(Context, Classifier(), "Picture"))
            .Append(Context.Transforms.Conversion.MapValueToKey("Key", "PredictedLabel"))
            .Append(Context.Transforms.DropColumns("Picture"));

        IDataView view = chain.Fit(data).Transform(data);

        Assert.Equal(Rows(Fitted(Classifier(), paths).Transform(data)).Select(row => row.Probability), view.GetColumn<float>("Probability"));
        Assert.Equal([0u, 1, 2, 3, 0, 0, 1, 2, 3, 1, 2, 3, 0], view.GetColumn<uint>("Key")); // a missing label is the missing key
    }

    [Fact]
    public void Transform_ColumnOfBytes_GivesTheAnswersOfTheFiles()
    {
        string[] paths = Folder.AddColors(5);
        IDataView data = Context.Data.LoadFromEnumerable(paths.Select(path => new BytesRow { Content = File.ReadAllBytes(path) }).Append(new BytesRow()));
        ImageClassifier classifier = Classifier();

        IDataView view = Context.Transforms.ClassifyImages(Context, classifier, "Content").Fit(data).Transform(data);

        Assert.Equal([.. paths.Select(path => classifier.Classify(path).Probability), float.NaN], view.GetColumn<float>("Probability"));
    }

    [Fact]
    public void Transform_ColumnOfImages_GivesTheAnswersOfTheirPixels()
    {
        string[] paths = Folder.AddColors(5);
        PixelBuffer[] pixels = [.. paths.Select(path => ImageDecoder.DecodeOriginal(path))];
        IDataView data = Context.Data.LoadFromEnumerable(pixels.Select((image, index) => new PictureRow { Picture = Picture(image, index % 2 == 0) }));
        ImageClassifier classifier = Classifier();

        IDataView view = Context.Transforms.ClassifyImages(Context, classifier, "Picture").Fit(data).Transform(data);

        Assert.Equal(pixels.Select(image => classifier.Classify(image.Pixels.Span, image.Size).Probability), view.GetColumn<float>("Probability"));
    }

    [Theory]
    [InlineData("Nowhere", "There is no column 'Nowhere' to classify; the data has 'ImagePath', 'Index', 'Note', 'Numbers'. Say inputColumn: with the name of the column of images.")]
    [InlineData("Index", "Column 'Index' cannot be classified: expected paths (text), bytes of image files (vector of Byte) or images (MLImage), found Int32.")]
    [InlineData("Numbers", "Column 'Numbers' cannot be classified: expected paths (text), bytes of image files (vector of Byte) or images (MLImage), found a vector of Single.")]
    public void Fit_ColumnWithoutImages_SaysWhatWasFound(string column, string message)
    {
        ImageClassificationEstimator estimator = Context.Transforms.ClassifyImages(Context, Classifier(), column);

        var alone = Assert.Throws<ArgumentException>(() => estimator.Fit(ImageRow.View(Context, [])));
        var chained = Assert.Throws<ArgumentException>(() => Context.Transforms.CopyColumns("Copy", "Note").Append(estimator).Fit(ImageRow.View(Context, [])));

        Assert.Equal(message, alone.Message);
        Assert.Contains($"'{column}'", chained.Message, StringComparison.Ordinal);
    }

    private ImageClassificationTransformer Fitted(ImageClassifier classifier, IEnumerable<string> paths) =>
        Context.Transforms.ClassifyImages(Context, classifier).Fit(ImageRow.View(Context, paths));

    /// <summary>An ML.NET image of the same pixels, in either order of its channels.</summary>
    private static MLImage Picture(PixelBuffer image, bool isBgra)
    {
        byte[] pixels = new byte[image.Size.Width * image.Size.Height * 4];
        (int red, int blue) = isBgra ? (2, 0) : (0, 2);
        for (int from = 0, to = 0; to < pixels.Length; from += 3, to += 4)
        {
            ReadOnlySpan<byte> pixel = image.Pixels.Span.Slice(from, 3);
            (pixels[to + red], pixels[to + 1], pixels[to + blue], pixels[to + 3]) = (pixel[0], pixel[1], pixel[2], 255);
        }

        return MLImage.CreateFromPixels(image.Size.Width, image.Size.Height, isBgra ? MLPixelFormat.Bgra32 : MLPixelFormat.Rgba32, pixels);
    }

    private sealed class BytesRow
    {
        public byte[] Content { get; set; } = [];
    }

    private sealed class PictureRow
    {
        [Microsoft.ML.Transforms.Image.ImageType(12, 20)]
        public MLImage? Picture { get; set; }
    }
}
