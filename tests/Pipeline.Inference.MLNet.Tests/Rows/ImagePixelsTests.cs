using Microsoft.ML;
using Microsoft.ML.Data;
using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.MLNet.Tests.Rows;

/// <summary>The three kinds of images, and values that are missing.</summary>
public sealed class ImagePixelsTests : MLNetTest
{
    [Fact]
    public void Transform_ColumnOfBytes_GivesTheAnswersOfTheFiles()
    {
        string[] paths = Folder.AddColors(5);
        IDataView data = Context.Data.LoadFromEnumerable(
            paths.Select(path => new BytesRow { Content = File.ReadAllBytes(path) })
        );
        ImageClassifier classifier = Classifier();

        IDataView view = Context.Transforms.ClassifyImages(Context, classifier, "Content").Fit(data).Transform(data);

        Assert.Equal(
            [.. paths.Select(path => classifier.Classify(path).Probability)],
            view.GetColumn<float>("Probability")
        );
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Transform_ColumnOfImages_GivesTheAnswersOfTheirPixels(bool isBgra)
    {
        PixelBuffer[] pixels = [.. Folder.AddColors(5).Select(path => ImageDecoder.DecodeOriginal(path))];
        IDataView data = Context.Data.LoadFromEnumerable(
            pixels.Select(image => new PictureRow { Picture = Pictures.Of(image, isBgra) })
        );
        ImageClassifier classifier = Classifier();

        IDataView view = Context.Transforms.ClassifyImages(Context, classifier, "Picture").Fit(data).Transform(data);

        Assert.Equal(
            pixels.Select(image => classifier.Classify(image.Pixels.Span, image.Size).Probability),
            view.GetColumn<float>("Probability")
        );
    }

    [Fact]
    public void Transform_ImageWithAlpha_IsLaidOverWhite()
    {
        // red at half strength: Skia keeps (128, 0, 0, 128), over white that is (255, 127, 127)
        byte[] pixels = [.. Enumerable.Range(0, 16 * 16).SelectMany(_ => (byte[])[128, 0, 0, 128])];
        IDataView data = Context.Data.LoadFromEnumerable([
            new PictureRow { Picture = MLImage.CreateFromPixels(16, 16, MLPixelFormat.Rgba32, pixels) },
        ]);
        ImageClassifier classifier = Classifier();
        byte[] blended = [.. Enumerable.Range(0, 16 * 16).SelectMany(_ => (byte[])[255, 127, 127])];

        IDataView view = Context.Transforms.ClassifyImages(Context, classifier, "Picture").Fit(data).Transform(data);

        Assert.Equal(AlphaPolicy.OverWhite, classifier.Contract.Preprocessing.Alpha);
        Assert.Equal(
            classifier.Classify(blended, new ImageSize(16, 16)).Probabilities,
            view.GetColumn<float[]>("Score").Single()
        );
    }

    [Fact]
    public void Transform_MissingValues_AreRowsThatSayWhatIsMissing()
    {
        ImageClassifier classifier = Classifier();
        (IDataView Data, string Column, string Why)[] cases =
        [
            (
                Context.Data.LoadFromEnumerable([
                    new PathRow { ImagePath = null },
                    new PathRow { ImagePath = string.Empty },
                ]),
                "ImagePath",
                "the path is empty"
            ),
            (
                Context.Data.LoadFromEnumerable([new BytesRow { Content = null }, new BytesRow { Content = [] }]),
                "Content",
                "there are no bytes"
            ),
            (Context.Data.LoadFromEnumerable([new PictureRow { Picture = null }]), "Picture", "the value is null"),
        ];

        foreach ((IDataView data, string column, string why) in cases)
        {
            IDataView view = Context.Transforms.ClassifyImages(Context, classifier, column).Fit(data).Transform(data);

            Assert.All(view.GetColumn<string>("Error"), error => Assert.Equal($"The row has no image: {why}.", error));
            Assert.All(view.GetColumn<string>("PredictedLabel"), Assert.Empty);
            Assert.All(
                view.GetColumn<float[]>("Score"),
                score => Assert.Equal([float.NaN, float.NaN, float.NaN], score)
            );
        }
    }

    [Fact]
    public void Transform_PathWithANullCharacter_IsABadRow()
    {
        string good = Folder.AddColors(1)[0];
        IDataView data = ImageRow.View(Context, ["a\0b", good]);

        ClassifiedImageRow[] rows = Rows(
            Context.Transforms.ClassifyImages(Context, Classifier()).Fit(data).Transform(data)
        );

        Assert.Equal("The row has no image: the path holds a null character.", rows[0].Error);
        Assert.Equal("red", rows[1].PredictedLabel);
    }

    [Fact]
    public void PredictionEngine_MissingValues_GivesNoAnswer()
    {
        using PredictionEngine<PictureRow, ClassifiedImage> engine = Context.Model.CreatePredictionEngine<
            PictureRow,
            ClassifiedImage
        >(
            Context
                .Transforms.ClassifyImages(Context, Classifier(), "Picture")
                .Fit(Context.Data.LoadFromEnumerable(Array.Empty<PictureRow>()))
        );

        Assert.Equal("The row has no image: the value is null.", engine.Predict(new PictureRow()).Error);
    }

    private sealed class PathRow
    {
        public string? ImagePath { get; set; }
    }

    private sealed class ClassifiedImage
    {
        public string Error { get; set; } = string.Empty;
    }
}
