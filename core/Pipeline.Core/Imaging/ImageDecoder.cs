using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Imaging.Decoding;
using Pipeline.Core.Imaging.Native;
using Pipeline.Core.Imaging.Resizing;

namespace Pipeline.Core.Imaging;

/// <summary>
/// From image files to the network's input pixels: the one implementation that training, evaluation and serving use, so
/// that all three see the same bytes. Thread-safe; callers on several threads decode side by side, each on about one
/// core.
/// </summary>
/// <remarks>
/// <para>Accepted: JPEG, PNG, WebP, GIF, TIFF, BigTIFF and BMP (up to 16 bits per sample; grey, colour, palette, CMYK;
/// the first frame or page), told by content and not by extension, up to 256 MiB, 100 million pixels and 640 MiB of
/// memory while it is decoded, which all decodes of the process share. Everything else is refused by name.</para>
/// <para>In this order: load (a JPEG shrunk by the largest of 8, 4, 2, 1 that divides both sides and that
/// <see cref="Preprocessing.ShrinkOnLoad"/> allows, not with nearest); convert to sRGB bytes (by the embedded ICC
/// profile, perceptual intent, unless it is sRGB or made for other colours than the image has; CMYK without one by
/// libvips' own); blend transparency over <see cref="Preprocessing.Alpha"/>; apply the EXIF orientation; resize as
/// Pillow does, bit for bit.</para>
/// <para>A file that lacks data is an error, in every format: an end, scans, strips, pixels of a frame, a colour map.
/// So is damage that its decoder notices: checksums in PNG, broken codes in JPEG. Changed bytes that still mean pixels
/// cannot be told from a picture.</para>
/// </remarks>
public static class ImageDecoder
{
    /// <summary>Largest encoded file that is decoded, in bytes.</summary>
    public const int MaxFileBytes = ImageLimits.MaxFileBytes;

    /// <summary>Name and version of the decoding library, such as <c>libvips 8.18.7</c>.</summary>
    /// <exception cref="DllNotFoundException">libvips is missing; the message lists the places tried.</exception>
    public static string Version => $"libvips {VipsLibrary.EnsureStarted()}";

    /// <summary>Decodes and resizes one image.</summary>
    /// <param name="encoded">The whole file. Borrowed.</param>
    /// <param name="name">Its path or another name, for messages.</param>
    /// <param name="preprocessing">Size, mode, kernel and alpha policy.</param>
    /// <param name="destination">Receives <c>uint8 [H, W, 3]</c>, RGB; exactly <see cref="ImageSize.RgbBytes"/> of
    /// <see cref="Preprocessing.Size"/>. Undefined after an error. Borrowed.</param>
    /// <exception cref="ImageDecodeException">
    /// The file is empty, no image, of a format not accepted, too large, truncated or damaged.
    /// </exception>
    /// <exception cref="ArgumentException"><paramref name="destination"/> has another length.</exception>
    /// <exception cref="ModelContractException"><paramref name="preprocessing"/> is not valid.</exception>
    /// <exception cref="DllNotFoundException">libvips is missing; the message lists the places tried.</exception>
    public static void Decode(
        ReadOnlySpan<byte> encoded,
        string name,
        Preprocessing preprocessing,
        Span<byte> destination
    )
    {
        ArgumentNullException.ThrowIfNull(name);
        CheckDestination(preprocessing, destination);
        using DecodedPixels pixels = VipsLoader.Load(encoded, name, preprocessing.Alpha, preprocessing);
        ResizePlan plan = ResizePlan.Create(pixels.OriginalSize, preprocessing.Size, preprocessing.Resize);
        ImageResizer.Resize(pixels.Span, pixels.Size, plan, preprocessing, destination);
    }

    /// <summary>Reads, decodes and resizes one file.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="preprocessing">Size, mode, kernel and alpha policy.</param>
    /// <param name="destination">Receives <c>uint8 [H, W, 3]</c>, RGB; exactly <see cref="ImageSize.RgbBytes"/> of
    /// <see cref="Preprocessing.Size"/>. Undefined after an error. Borrowed.</param>
    /// <exception cref="ImageDecodeException">
    /// The file is missing, unreadable, empty, no image, of a format not accepted, too large, truncated or damaged.
    /// </exception>
    /// <exception cref="ArgumentException"><paramref name="destination"/> has another length.</exception>
    /// <exception cref="ModelContractException"><paramref name="preprocessing"/> is not valid.</exception>
    /// <exception cref="DllNotFoundException">libvips is missing; the message lists the places tried.</exception>
    public static void DecodeFile(string path, Preprocessing preprocessing, Span<byte> destination)
    {
        CheckDestination(preprocessing, destination);
        using EncodedFile file = EncodedFile.Read(path);
        Decode(file.Bytes, path, preprocessing, destination);
    }

    /// <summary>
    /// Decodes a file at its full size: colours, transparency and orientation as always, no shrink, no resize.
    /// </summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="alpha">What becomes of transparency.</param>
    /// <returns>The pixels. Owned by the caller.</returns>
    /// <exception cref="ImageDecodeException">
    /// The file is missing, unreadable, empty, no image, of a format not accepted, too large, truncated or damaged.
    /// </exception>
    /// <exception cref="DllNotFoundException">libvips is missing; the message lists the places tried.</exception>
    public static PixelBuffer DecodeOriginal(string path, AlphaPolicy alpha = AlphaPolicy.OverWhite)
    {
        using EncodedFile file = EncodedFile.Read(path);
        return DecodeOriginal(file.Bytes, path, alpha);
    }

    /// <summary>
    /// Decodes an image at its full size: colours, transparency and orientation as always, no shrink, no resize.
    /// </summary>
    /// <param name="encoded">The whole file. Borrowed.</param>
    /// <param name="name">Its path or another name, for messages.</param>
    /// <param name="alpha">What becomes of transparency.</param>
    /// <returns>The pixels. Owned by the caller.</returns>
    /// <exception cref="ImageDecodeException">
    /// The file is empty, no image, of a format not accepted, too large, truncated or damaged.
    /// </exception>
    /// <exception cref="DllNotFoundException">libvips is missing; the message lists the places tried.</exception>
    public static PixelBuffer DecodeOriginal(
        ReadOnlySpan<byte> encoded,
        string name,
        AlphaPolicy alpha = AlphaPolicy.OverWhite
    )
    {
        ArgumentNullException.ThrowIfNull(name);
        using DecodedPixels pixels = VipsLoader.Load(encoded, name, alpha, resize: null);
        return new PixelBuffer(pixels.Size, pixels.Span.ToArray());
    }

    /// <summary>
    /// Resizes pixels that are decoded already, with the very code that decoding ends with. Needs no libvips.
    /// </summary>
    /// <param name="rgb">Pixels, <c>uint8 [H, W, 3]</c>. Borrowed.</param>
    /// <param name="size">Their size, at least 1 x 1.</param>
    /// <param name="preprocessing">Size, mode and kernel.</param>
    /// <param name="destination">Receives <c>uint8 [H, W, 3]</c>; exactly <see cref="ImageSize.RgbBytes"/> of
    /// <see cref="Preprocessing.Size"/>. Must not overlap <paramref name="rgb"/>. Borrowed.</param>
    /// <exception cref="ImageDecodeException">
    /// The image is so tall and narrow that resizing it would take more than 640 MiB.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A side of <paramref name="size"/> is below 1.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="rgb"/> or <paramref name="destination"/> has another length.
    /// </exception>
    /// <exception cref="ModelContractException"><paramref name="preprocessing"/> is not valid.</exception>
    public static void Resize(
        ReadOnlySpan<byte> rgb,
        ImageSize size,
        Preprocessing preprocessing,
        Span<byte> destination
    )
    {
        CheckDestination(preprocessing, destination);
        ArgumentOutOfRangeException.ThrowIfLessThan(size.Width, 1, nameof(size));
        ArgumentOutOfRangeException.ThrowIfLessThan(size.Height, 1, nameof(size));
        if (rgb.Length != size.RgbBytes)
        {
            throw new ArgumentException(
                $"An RGB image of {size} has {size.RgbBytes} bytes, found {rgb.Length}.",
                nameof(rgb)
            );
        }

        ImageLimits.CheckMemory((long)size.Height * preprocessing.Size.Width * 3, size, "pixels");
        ResizePlan plan = ResizePlan.Create(size, preprocessing.Size, preprocessing.Resize);
        ImageResizer.Resize(rgb, size, plan, preprocessing, destination);
    }

    private static void CheckDestination(Preprocessing preprocessing, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        preprocessing.Validate();
        if (destination.Length != preprocessing.Size.RgbBytes)
        {
            throw new ArgumentException(
                $"An RGB image of {preprocessing.Size} has {preprocessing.Size.RgbBytes} bytes, "
                    + $"found {destination.Length}.",
                nameof(destination)
            );
        }
    }
}
