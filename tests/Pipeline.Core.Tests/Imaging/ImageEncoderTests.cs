using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;

namespace Pipeline.Core.Tests.Imaging;

public sealed class ImageEncoderTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(37, 23)]
    public void EncodePng_Decoded_GivesTheSamePixels(int width, int height)
    {
        var size = new ImageSize(width, height);
        byte[] pixels = TestImages.Noise(size);

        PixelBuffer decoded = ImageDecoder.DecodeOriginal(ImageEncoder.EncodePng(pixels, size), "encoded.png");

        Assert.Equal(size, decoded.Size);
        Assert.Equal(pixels, decoded.Pixels.ToArray());
    }

    [Fact]
    public void EncodePng_Twice_GivesTheSameBytes()
    {
        var size = new ImageSize(40, 30);

        Assert.Equal(
            ImageEncoder.EncodePng(TestImages.Photo(size), size),
            ImageEncoder.EncodePng(TestImages.Photo(size), size)
        );
    }

    [Fact]
    public void EncodePng_HoldsNothingButPixels()
    {
        byte[] png = ImageEncoder.EncodePng(new byte[12], new ImageSize(2, 2));

        string text = System.Text.Encoding.Latin1.GetString(png);
        foreach (string chunk in new[] { "tIME", "tEXt", "iTXt", "zTXt", "eXIf", "iCCP" })
        {
            Assert.DoesNotContain(chunk, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void EncodePng_WrongLength_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => ImageEncoder.EncodePng(new byte[11], new ImageSize(2, 2)));
    }
}
