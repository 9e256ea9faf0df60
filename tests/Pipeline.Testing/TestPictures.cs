using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;

namespace Pipeline.Testing;

/// <summary>Small pictures that the test models tell apart.</summary>
public static class TestPictures
{
    /// <summary>A PNG of one colour, larger than the model's input, with a step so that it is no flat image.</summary>
    public static byte[] Png(byte red, byte green, byte blue)
    {
        var size = new ImageSize(20, 12);
        byte[] pixels = new byte[size.RgbBytes];
        for (int pixel = 0; pixel < pixels.Length; pixel += 3)
        {
            int shade = pixel % 2;
            (pixels[pixel], pixels[pixel + 1], pixels[pixel + 2]) = (
                (byte)Math.Max(0, red - shade),
                (byte)Math.Max(0, green - shade),
                (byte)Math.Max(0, blue - shade)
            );
        }

        return ImageEncoder.EncodePng(pixels, size);
    }

    public static byte[] PngOf(string color, byte level = 200) =>
        Png(color == "red" ? level : (byte)0, color == "green" ? level : (byte)0, color == "blue" ? level : (byte)0);

    /// <summary>An image of the size of the test models that is not its own mirror image.</summary>
    public static byte[] NoisePng()
    {
        byte[] pixels = new byte[TestModels.Size.RgbBytes];
        new Random(1).NextBytes(pixels);
        return ImageEncoder.EncodePng(pixels, TestModels.Size);
    }

    /// <summary>
    /// Adds so many images in turning colours; file <c>i</c> is named <c>i-color.png</c> with leading zeros.
    /// </summary>
    public static string[] AddColors(this TemporaryFolder folder, int count) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(index =>
                    folder.Write(
                        FormattableString.Invariant($"{index:0000}-{ColorOf(index)}.png"),
                        PngOf(ColorOf(index), (byte)(100 + (index % 100)))
                    )
                ),
        ];

    public static string ColorOf(int index) =>
        (index % 3) switch
        {
            0 => "red",
            1 => "green",
            _ => "blue",
        };
}
