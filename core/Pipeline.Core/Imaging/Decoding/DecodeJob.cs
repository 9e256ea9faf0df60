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
    // VipsFailOn (vips/foreign.h): truncation, and errors such as wrong checksums. Its next level, warnings, would
    // refuse readable files and still miss damage in the last rows.
    private const int FailOnError = 2;

    // VipsAccess (vips/enumtypes.h)
    private const int SequentialAccess = 1;

    // Without rules, as for a look at the whole picture, the newest.
    private readonly bool isExact = resize?.IsExact ?? true;

    /// <summary>The same file with every pixel.</summary>
    /// <returns>Another job.</returns>
    internal DecodeJob Whole() => new(format, name, alpha, resize: null);

    /// <summary>Format of the file.</summary>
    internal ImageFormat Format => format;

    /// <summary>Decodes.</summary>
    /// <param name="encoded">The file. Borrowed; every lazily made pixel is made before this returns.</param>
    /// <param name="warning">
    /// What the decoder had to patch up; <c>null</c> when nothing. Of a JPEG only its error text says what it was.
    /// </param>
    /// <returns>Upright sRGB pixels. Owned by the caller.</returns>
    /// <exception cref="VipsException">libvips refused; its error text says why.</exception>
    /// <exception cref="ImageDecodeException">
    /// The header says that the image is too large or of an unsupported kind.
    /// </exception>
    internal DecodedPixels Run(ReadOnlySpan<byte> encoded, out string? warning)
    {
        VipsLog.TakeWarning();
        DecodedPixels pixels = Decode(encoded);
        warning = VipsLog.TakeWarning();
        return pixels;
    }

    /// <summary>The error of a file that libvips refused.</summary>
    /// <param name="reason">libvips' text.</param>
    /// <param name="error">The cause, when there was an exception.</param>
    /// <returns>The error.</returns>
    internal ImageDecodeException Damaged(string reason, VipsException? error) =>
        VipsLoader.Damaged(name, reason, format, error);

    private unsafe DecodedPixels Decode(ReadOnlySpan<byte> encoded)
    {
        fixed (byte* data = encoded)
        {
            // Opening costs as much as a tenth of decoding a small photograph: with the size read off the file, and
            // most files upright, once is enough.
            ImageSize stored = default;
            int tried =
                format == ImageFormat.Jpeg && resize is not null && JpegHeader.TryReadSize(encoded, out stored)
                    ? ShrinkOf(stored)
                    : 1;
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
            MemoryBudget.Share share = TakeMemory(encoded, first, stored, shrink, orientation > 1);
            try
            {
                if (shrink == tried)
                {
                    return Convert(first, share, orientation, upright);
                }

                using GObjectHandle again = Open(data, encoded.Length, shrink);
                return Convert(again, share, orientation, upright);
            }
            catch
            {
                share.Dispose();
                throw;
            }
        }
    }

    /// <summary>How much the file is shrunk while it is loaded.</summary>
    /// <param name="upright">Size of the image in the file, after orientation.</param>
    /// <returns>The divisor; 1 when it is no JPEG, or nothing follows.</returns>
    internal int ShrinkOf(ImageSize upright) =>
        format == ImageFormat.Jpeg && resize is not null
            ? JpegShrink.Choose(upright, ResizePlan.Create(upright, resize.Size, resize.Resize), resize)
            : 1;

    // The size of each format's own buffers: coefficients, a canvas, all passes, a strip.
    private MemoryBudget.Share TakeMemory(
        ReadOnlySpan<byte> encoded,
        GObjectHandle image,
        ImageSize stored,
        int shrink,
        bool isTurned
    )
    {
        int samples = Vips.Bands(image);
        int sampleBytes = Vips.Format(image) == Vips.UChar ? 1 : 2;
        long pixels = (long)stored.Width * stored.Height;
        bool isInterlaced = Vips.TypeOf(image, "interlaced") != 0;
        long decoderBytes = format switch
        {
            ImageFormat.Jpeg => isInterlaced ? pixels * samples * 2 : 0,
            ImageFormat.Png => isInterlaced ? pixels * samples * sampleBytes : 0,
            ImageFormat.Gif => pixels * 8,
            ImageFormat.WebP => pixels * 4,
            _ => TiffDirectory.PieceBytes(encoded),
        };
        var held = new ImageSize((stored.Width / shrink) + 1, (stored.Height / shrink) + 1);
        long bytes = DecodeMemory.Estimate(stored, held, decoderBytes, samples, sampleBytes, isTurned, resize?.Size);
        ImageLimits.CheckMemory(bytes, stored, name);
        return MemoryBudget.Pixels.Take(bytes);
    }

    private unsafe GObjectHandle Open(byte* data, int length, int shrink)
    {
        using var load = new VipsOperation(
            format switch
            {
                ImageFormat.Jpeg => "jpegload_buffer",
                ImageFormat.Png => "pngload_buffer",
                ImageFormat.WebP => "webpload_buffer",
                ImageFormat.Gif => "gifload_buffer",
                _ => "tiffload_buffer",
            }
        );
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
            throw new ImageDecodeException(
                $"Image '{name}' has samples that are neither 8- nor 16-bit colours or greys. "
                    + "Save it as an 8-bit image, or remove it."
            )
            {
                Subject = name,
            };
        }
    }

    private DecodedPixels Convert(
        GObjectHandle takenImage,
        MemoryBudget.Share takenShare,
        int orientation,
        ImageSize upright
    )
    {
        using GObjectHandle colours = ToRgb(takenImage);
        if (Vips.Bands(colours) is not (3 or 4))
        {
            throw new InvalidOperationException(
                $"Decoding '{name}' gave {Vips.Bands(colours)} bands, expected 3. This is a fault of the program: "
                    + "please report the file."
            );
        }

        var stored = new ImageSize(Vips.Width(colours), Vips.Height(colours));
        DecodedPixels pixels = Make(colours, takenShare, stored, upright);
        if (orientation <= 1)
        {
            return pixels;
        }

        using (pixels)
        {
            var turned = new DecodedPixels(pixels.TakeShare(), Upright.SizeOf(stored, orientation), upright);
            Upright.Turn(pixels.Span, stored, orientation, turned.Span);
            return turned;
        }
    }

    private GObjectHandle ToRgb(GObjectHandle takenImage)
    {
        GObjectHandle colours = ColourConversion.ToRgb(takenImage);
        return isExact ? colours : ColourConversion.Flatten(colours, alpha);
    }

    private DecodedPixels Make(
        GObjectHandle colours,
        MemoryBudget.Share takenShare,
        ImageSize stored,
        ImageSize upright
    )
    {
        var pixels = new DecodedPixels(takenShare, stored, upright);
        try
        {
            PixelMaker.Make(colours, stored, AlphaBlend.Background(alpha), pixels.Span);
            return pixels;
        }
        catch
        {
            pixels.Dispose();
            throw;
        }
    }
}
