using Pipeline.Core.Contracts;

namespace Pipeline.Core.Imaging;

/// <summary>
/// A decoded image of any size: <c>uint8 [H, W, 3]</c>, RGB, row-major, no gaps, in ordinary managed memory.
/// </summary>
public sealed class PixelBuffer
{
    /// <summary>Wraps pixels.</summary>
    /// <param name="size">Size of the image, at least 1 x 1.</param>
    /// <param name="pixels">Exactly <see cref="ImageSize.RgbBytes"/> bytes; kept, not copied.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1.</exception>
    /// <exception cref="ArgumentException"><paramref name="pixels"/> has another length.</exception>
    public PixelBuffer(ImageSize size, Memory<byte> pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size.Width, 1, nameof(size));
        ArgumentOutOfRangeException.ThrowIfLessThan(size.Height, 1, nameof(size));
        if (pixels.Length != size.RgbBytes)
        {
            throw new ArgumentException(
                $"An RGB image of {size} has {size.RgbBytes} bytes, found {pixels.Length}.",
                nameof(pixels)
            );
        }

        Size = size;
        Pixels = pixels;
    }

    /// <summary>Size of the image.</summary>
    public ImageSize Size { get; }

    /// <summary>The pixels, <c>uint8 [H, W, 3]</c>.</summary>
    public Memory<byte> Pixels { get; }
}
