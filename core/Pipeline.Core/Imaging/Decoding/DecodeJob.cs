using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Imaging.Native;
using Pipeline.Core.Imaging.Resizing;

namespace Pipeline.Core.Imaging.Decoding;

/// <summary>One decode of one file, which may be run more than once.</summary>
/// <param name="format">Format of the file.</param>
/// <param name="name">Its path, for messages.</param>
/// <param name="alpha">What becomes of transparency.</param>
/// <param name="resize">The resize that will follow; <c>null</c> for none.</param>
internal readonly struct DecodeJob(ImageFormat format, string name, AlphaPolicy alpha, Preprocessing? resize)
{
    // VipsFailOn (vips/foreign.h): truncation, and errors such as wrong checksums. Its next level, warnings, would refuse readable files and still miss damage in the last rows.
    private const int FailOnError = 2;

    // VipsAccess (vips/enumtypes.h)
    private const int SequentialAccess = 1;

    // What libjpeg says of data it had to make up pixels for (jerror.h). Its other warnings are of odd but readable files: stray bytes between segments, unknown header versions.
    // It tells only the first warning of a file, so damage behind a harmless oddity passes, as it does when the damaged bytes happen to be valid codes to the end.
    private static readonly string[] JpegDamage =
        ["bad Huffman code", "premature end of data segment", "instead of RST", "Inconsistent progression sequence", "bad arithmetic code"];

    /// <summary>Decodes.</summary>
    /// <param name="encoded">The file. Borrowed; every lazily made pixel is made before this returns.</param>
    /// <param name="warned">Whether the decoder had to patch up something; its error text says what.</param>
    /// <returns>Upright sRGB pixels. Owned by the caller.</returns>
    /// <exception cref="VipsException">libvips refused; its error text says why.</exception>
    /// <exception cref="ImageDecodeException">The header says that the image is too large or of an unsupported kind.</exception>
    internal DecodedPixels Run(ReadOnlySpan<byte> encoded, out bool warned)
    {
        VipsLog.TakeWarned();
        DecodedPixels pixels = Decode(encoded);
        warned = VipsLog.TakeWarned();
        return pixels;
    }

    /// <summary>Whether what the decoder patched up is no pixel.</summary>
    /// <param name="reason">libvips' text.</param>
    /// <returns>Whether the image can be used.</returns>
    internal static bool IsHarmless(string reason) => !JpegDamage.Any(damage => reason.Contains(damage, StringComparison.Ordinal));

    /// <summary>The error of a file that libvips refused.</summary>
    /// <param name="reason">libvips' text.</param>
    /// <param name="error">The cause, when there was an exception.</param>
    /// <returns>The error.</returns>
    internal ImageDecodeException Damaged(string reason, VipsException? error) =>
        new($"Image '{name}' is damaged: {(reason.Length == 0 ? "its pixels cannot be read" : reason)} ({format}). Copy it again, or remove it.", error) { Subject = name };

    private unsafe DecodedPixels Decode(ReadOnlySpan<byte> encoded)
    {
        fixed (byte* data = encoded)
        {
            // Opening costs as much as a tenth of decoding a small photograph: with the size read off the file, and most files upright, once is enough.
            ImageSize stored = default;
            int tried = format == ImageFormat.Jpeg && resize is not null && JpegHeader.TryReadSize(encoded, out stored) ? ShrinkOf(stored) : 1;
            using GObjectHandle first = Open(data, encoded.Length, tried);
            var loaded = new ImageSize(Vips.Width(first), Vips.Height(first));
            if (tried == 1)
            {
                stored = loaded;
            }

            int orientation = Vips.Orientation(first);
            ImageSize upright = Upright.SizeOf(stored, orientation);
            CheckHeader(first, upright);
            int shrink = ShrinkOf(upright);
            if (shrink == tried)
            {
                return Convert(first, orientation, upright);
            }

            using GObjectHandle again = Open(data, encoded.Length, shrink);
            return Convert(again, orientation, upright);
        }
    }

    private int ShrinkOf(ImageSize upright) => format == ImageFormat.Jpeg && resize is not null
        ? JpegShrink.Choose(upright, ResizePlan.Create(upright, resize.Size, resize.Resize), resize.Kernel, resize.ShrinkOnLoad)
        : 1;

    private unsafe GObjectHandle Open(byte* data, int length, int shrink)
    {
        using var load = new VipsOperation(format switch
        {
            ImageFormat.Jpeg => "jpegload_buffer",
            ImageFormat.Png => "pngload_buffer",
            ImageFormat.WebP => "webpload_buffer",
            ImageFormat.Gif => "gifload_buffer",
            _ => "tiffload_buffer",
        });
        load.SetBytes("buffer", data, length).Set("access", SequentialAccess).Set("fail_on", FailOnError);
        if (shrink > 1)
        {
            load.Set("shrink", shrink);
        }

        return load.RunToImage();
    }

    private void CheckHeader(GObjectHandle image, ImageSize size)
    {
        ImageLimits.CheckPixels(size, name);
        if (!ColourConversion.Accepts(image))
        {
            throw new ImageDecodeException($"Image '{name}' has samples that are neither 8- nor 16-bit colours or greys. Save it as an 8-bit image, or remove it.") { Subject = name };
        }

        if (resize is not null)
        {
            ImageLimits.CheckResize(size, resize.Size, name);
        }
    }

    private DecodedPixels Convert(GObjectHandle takenImage, int orientation, ImageSize upright)
    {
        using GObjectHandle colours = ColourConversion.ToRgb(takenImage, alpha);
        if (Vips.Bands(colours) != 3)
        {
            throw new InvalidOperationException($"Decoding '{name}' gave {Vips.Bands(colours)} bands, expected 3. This is a fault of the program: please report the file.");
        }

        var stored = new ImageSize(Vips.Width(colours), Vips.Height(colours));
        DecodedPixels pixels = Make(colours, stored, upright);
        if (orientation <= 1)
        {
            return pixels;
        }

        using (pixels)
        {
            var turned = new DecodedPixels(Upright.SizeOf(stored, orientation), upright);
            Upright.Turn(pixels.Span, stored, orientation, turned.Span);
            return turned;
        }
    }

    private static DecodedPixels Make(GObjectHandle colours, ImageSize stored, ImageSize upright)
    {
        var pixels = new DecodedPixels(stored, upright);
        try
        {
            PixelMaker.Make(colours, stored, pixels.Span);
            return pixels;
        }
        catch
        {
            pixels.Dispose();
            throw;
        }
    }
}
