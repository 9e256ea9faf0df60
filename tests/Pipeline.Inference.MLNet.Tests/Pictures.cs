using Microsoft.ML.Data;
using Pipeline.Core.Imaging;

namespace Pipeline.Inference.MLNet.Tests;

/// <summary>Images as ML.NET holds them.</summary>
internal static class Pictures
{
    /// <summary>An ML.NET image of the same pixels, in either order of its channels.</summary>
    internal static MLImage Of(PixelBuffer image, bool isBgra)
    {
        byte[] pixels = new byte[image.Size.Width * image.Size.Height * 4];
        (int red, int blue) = isBgra ? (2, 0) : (0, 2);
        for (int from = 0, to = 0; to < pixels.Length; from += 3, to += 4)
        {
            ReadOnlySpan<byte> pixel = image.Pixels.Span.Slice(from, 3);
            (pixels[to + red], pixels[to + 1], pixels[to + blue], pixels[to + 3]) = (pixel[0], pixel[1], pixel[2], 255);
        }

        return MLImage.CreateFromPixels(
            image.Size.Width,
            image.Size.Height,
            isBgra ? MLPixelFormat.Bgra32 : MLPixelFormat.Rgba32,
            pixels
        );
    }
}
