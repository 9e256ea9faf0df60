using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging.Decoding;
using Pipeline.Core.Imaging.Native;

namespace Pipeline.Core.Imaging;

/// <summary>Writes pixels as image files, for reports, demonstrations and tests.</summary>
public static class ImageEncoder
{
    /// <summary>
    /// Encodes RGB pixels as an 8-bit PNG without metadata: equal pixels give equal bytes under one version of libvips.
    /// </summary>
    /// <param name="rgb">Pixels, <c>uint8 [H, W, 3]</c>. Borrowed.</param>
    /// <param name="size">Their size, at least 1 x 1.</param>
    /// <returns>The file's bytes. Owned by the caller.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A side of <paramref name="size"/> is below 1.</exception>
    /// <exception cref="ArgumentException"><paramref name="rgb"/> has another length.</exception>
    /// <exception cref="DllNotFoundException">libvips is missing; the message lists the places tried.</exception>
    public static unsafe byte[] EncodePng(ReadOnlySpan<byte> rgb, ImageSize size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size.Width, 1, nameof(size));
        ArgumentOutOfRangeException.ThrowIfLessThan(size.Height, 1, nameof(size));
        if (rgb.Length != size.RgbBytes)
        {
            throw new ArgumentException(
                $"An RGB image of {size} has {size.RgbBytes} bytes, found {rgb.Length}.",
                nameof(rgb)
            );
        }

        fixed (byte* pixels = rgb)
        {
            byte* pinned = pixels;
            return VipsLoader.Share(() => Save(pinned, size));
        }
    }

    private static unsafe byte[] Save(byte* pixels, ImageSize size)
    {
        using GObjectHandle image = Vips.NewFromMemory(
            pixels,
            (nuint)size.RgbBytes,
            size.Width,
            size.Height,
            3,
            Vips.UChar
        );
        if (image.IsInvalid)
        {
            throw new VipsException("new_from_memory");
        }

        using VipsOperation save = new VipsOperation("pngsave_buffer")
            .Set("in", image)
            .Set("compression", 6)
            .Set("keep", 0);
        return save.RunToBytes();
    }
}
