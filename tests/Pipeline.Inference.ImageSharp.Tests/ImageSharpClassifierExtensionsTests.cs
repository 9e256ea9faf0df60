using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Core.Imaging.Loading;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace Pipeline.Inference.ImageSharp.Tests;

public sealed class ImageSharpClassifierExtensionsTests : IDisposable
{
    private readonly ImageClassifier classifier = ImageClassifier.Load(
        TestModels.Colors,
        new ScoringOptions { Threads = 1 }
    );

    public void Dispose() => classifier.Dispose();

    [Fact]
    public void Classify_PngThatImageSharpDecoded_GivesTheAnswerOfTheFile()
    {
        using Image<Rgb24> image = Image.Load<Rgb24>(Data("rgb.png"));

        Prediction prediction = classifier.Classify(image, "a name");

        Prediction expected = classifier.Classify(Data("rgb.png"));
        Assert.Equal("a name", prediction.Path);
        Assert.Equal(expected.Label, prediction.Label);
        Assert.Equal(expected.Probabilities, prediction.Probabilities);
    }

    [Theory]
    [InlineData("baseline.jpg")]
    [InlineData("rgb.png")]
    public void Classify_SamePixelsAsAFile_GivesTheAnswerOfItsPixels(string name)
    {
        PixelBuffer pixels = ImageDecoder.DecodeOriginal(Data(name));
        using Image<Rgb24> image = Image.LoadPixelData<Rgb24>(
            pixels.Pixels.Span,
            pixels.Size.Width,
            pixels.Size.Height
        );

        Prediction prediction = classifier.Classify(image);

        Assert.Equal(classifier.Classify(pixels.Pixels.Span, pixels.Size).Probabilities, prediction.Probabilities);
    }

    [Fact]
    public void Classify_ImageInSeveralPiecesOfMemory_GivesTheAnswerOfItsPixels()
    {
        // ImageSharp keeps at most 4 MB in one piece; red above and blue below, so that a lost piece shows
        using var image = new Image<Rgb24>(2000, 1500, new Rgb24(255, 0, 0));
        image.ProcessPixelRows(rows =>
        {
            for (int y = 600; y < rows.Height; y++)
            {
                rows.GetRowSpan(y).Fill(new Rgb24(0, 0, 255));
            }
        });
        byte[] pixels = new byte[2000 * 1500 * 3];
        for (int index = 0; index < pixels.Length; index += 3)
        {
            pixels[index + (index < 2000 * 600 * 3 ? 0 : 2)] = 255;
        }

        Prediction prediction = classifier.Classify(image);

        Assert.False(image.DangerousTryGetSinglePixelMemory(out _));
        Assert.Equal("blue", prediction.Label);
        Assert.Equal(classifier.Classify(pixels, new ImageSize(2000, 1500)).Probabilities, prediction.Probabilities);
    }

    [Fact]
    public async Task ToImageSource_ImageDisposedBeforeItIsScored_GivesTheSameAnswer()
    {
        ImageSource source;
        using (Image<Rgb24> image = Image.Load<Rgb24>(Data("rgb.png")))
        {
            source = image.ToImageSource("first");
        }

        Prediction prediction = await classifier
            .ClassifyAsync([source, ImageSource.FromFile(Data("baseline.jpg"))])
            .FirstAsync();

        Assert.Equal("first", prediction.Path);
        Assert.Equal(classifier.Classify(Data("rgb.png")).Probabilities, prediction.Probabilities);
    }

    [Fact]
    public void Classify_DisposedImage_IsRefused()
    {
        var image = new Image<Rgb24>(2, 2);
        image.Dispose();

        Assert.Throws<ObjectDisposedException>(() => classifier.Classify(image));
    }

    private static string Data(string name) => Path.Combine(AppContext.BaseDirectory, "data", "images", name);
}
