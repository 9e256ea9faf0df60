using System.Text.RegularExpressions;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Imaging.Native;

namespace Pipeline.Core.Imaging.Decoding;

/// <summary>
/// From encoded bytes to upright sRGB pixels: load, convert colours, blend transparency, apply the EXIF orientation.
/// Every fault of the file is an <see cref="ImageDecodeException"/>.
/// </summary>
/// <remarks>
/// libvips keeps one error text for the whole process, so beside other threads' decodes a text could belong to another
/// file. Hence: decodes run side by side under a shared lock and only learn <em>that</em> something was wrong; such a
/// one is repeated alone, under the exclusive lock, and then the text is this file's. Bad files are rare, so the second
/// decode costs little.
/// </remarks>
internal static partial class VipsLoader
{
    private const int BlockRows = 8; // of a JPEG, or 16 where its colours are at half height

    // Threads inside libvips share it; the one that reads error texts takes it alone.
    private static readonly ReaderWriterLockSlim Gate = new();

    /// <summary>Decodes.</summary>
    /// <param name="encoded">The file. Borrowed.</param>
    /// <param name="name">Its path, for messages.</param>
    /// <param name="alpha">What becomes of transparency.</param>
    /// <param name="resize">
    /// The resize that will follow, so that a JPEG can be shrunk while loading; <c>null</c> to get every pixel.
    /// </param>
    /// <returns>The pixels. Owned by the caller.</returns>
    /// <exception cref="ImageDecodeException">
    /// The file is empty, no image, of another format, too large, incomplete or damaged.
    /// </exception>
    internal static DecodedPixels Load(
        ReadOnlySpan<byte> encoded,
        string name,
        AlphaPolicy alpha,
        Preprocessing? resize
    )
    {
        ImageFormat format = CheckFile(encoded, name);
        if (format == ImageFormat.Bmp)
        {
            return LoadBmp(encoded, name, alpha, resize);
        }

        VipsLibrary.EnsureStarted();
        var job = new DecodeJob(format, name, alpha, resize);
        DecodedPixels pixels = Load(encoded, job, out bool warned);
        string? damage = FindDamage(encoded, job, warned) ?? FindDamageInLastRows(encoded, pixels, job);
        if (damage is null)
        {
            return pixels;
        }

        pixels.Dispose();
        throw job.Damaged(damage, error: null);
    }

    // What only a second reading shows.
    private static string? FindDamage(ReadOnlySpan<byte> encoded, DecodeJob job, bool warned)
    {
        if (job.Format == ImageFormat.Jpeg)
        {
            return warned ? JpegWarnings.FindDamage(encoded) : null;
        }

        return
            job.Format == ImageFormat.WebP && WebPChunks.WithoutEnd(encoded) is { } shorter && CanDecode(shorter, job)
            ? "its last bytes are no pixels, as after a download that was cut short"
            : null;
    }

    // Until version 3 of the rules, a shrunk JPEG leaves its last rows out, and with them perhaps the last of its data.
    private static string? FindDamageInLastRows(ReadOnlySpan<byte> encoded, DecodedPixels pixels, DecodeJob job)
    {
        if (
            job.Format != ImageFormat.Jpeg
            || pixels.Size == pixels.OriginalSize
            || !JpegHeader.TryReadSize(encoded, out ImageSize stored)
        )
        {
            return null;
        }

        int shrink = job.ShrinkOf(pixels.OriginalSize);
        int lastBlock = (stored.Height - 1) / BlockRows * BlockRows;
        if (stored.Height / shrink * shrink > lastBlock)
        {
            return null;
        }

        DecodeJob whole = job.Whole();
        Load(encoded, whole, out bool warned).Dispose();
        return FindDamage(encoded, whole, warned);
    }

    private static bool CanDecode(ReadOnlySpan<byte> encoded, DecodeJob job)
    {
        Gate.EnterReadLock();
        try
        {
            job.Run(encoded, out _).Dispose();
            return true;
        }
        catch (VipsException)
        {
            return false;
        }
        finally
        {
            Gate.ExitReadLock();
        }
    }

    private static DecodedPixels LoadBmp(
        ReadOnlySpan<byte> encoded,
        string name,
        AlphaPolicy alpha,
        Preprocessing? resize
    )
    {
        BmpHeader header = BmpHeader.Read(encoded, out _, out _);
        ImageLimits.CheckPixels(header.Size, name);
        long bytes = DecodeMemory.Estimate(
            header.Size,
            header.Size,
            (long)header.Size.Width * header.Size.Height,
            4,
            1,
            isTurned: false,
            resize?.Size
        );
        ImageLimits.CheckMemory(bytes, header.Size, name);
        var pixels = new DecodedPixels(MemoryBudget.Pixels.Take(bytes), header.Size, header.Size);
        string? damage = BmpDecoder.Decode(encoded, header, alpha, pixels.Span);
        if (damage is null)
        {
            return pixels;
        }

        pixels.Dispose();
        throw Damaged(name, damage, ImageFormat.Bmp, error: null);
    }

    private static DecodedPixels Load(ReadOnlySpan<byte> encoded, DecodeJob job, out bool warned)
    {
        Gate.EnterReadLock();
        try
        {
            DecodedPixels pixels = job.Run(encoded, out string? warning);
            if (warning is null)
            {
                warned = false;
                return pixels;
            }

            pixels.Dispose();
        }
        catch (VipsException)
        {
            // Repeated below.
        }
        finally
        {
            Gate.ExitReadLock();
        }

        return Diagnose(encoded, job, out warned);
    }

    /// <summary>Runs other work of libvips so that it cannot disturb a diagnosis.</summary>
    /// <typeparam name="T">Result.</typeparam>
    /// <param name="work">The work.</param>
    /// <returns>Its result.</returns>
    internal static T Share<T>(Func<T> work)
    {
        VipsLibrary.EnsureStarted();
        Gate.EnterReadLock();
        try
        {
            return work();
        }
        finally
        {
            Gate.ExitReadLock();
        }
    }

    private static DecodedPixels Diagnose(ReadOnlySpan<byte> encoded, DecodeJob job, out bool warned)
    {
        Gate.EnterWriteLock();
        try
        {
            Vips.ClearError();
            DecodedPixels pixels = job.Run(encoded, out string? warning);
            string reason = Vips.TakeErrorText();
            warned = warning is not null;
            if (warning is null || (job.Format == ImageFormat.Jpeg && JpegWarnings.IsHarmless(reason)))
            {
                return pixels;
            }

            pixels.Dispose();
            throw job.Damaged(job.Format == ImageFormat.Jpeg ? reason : warning, error: null);
        }
        catch (VipsException error)
        {
            throw job.Damaged(Vips.TakeErrorText(), error);
        }
        finally
        {
            Gate.ExitWriteLock();
        }
    }

    private static ImageFormat CheckFile(ReadOnlySpan<byte> encoded, string name)
    {
        if (encoded.IsEmpty)
        {
            throw new ImageDecodeException($"Image '{name}' is empty (0 bytes). Copy it again, or remove it.")
            {
                Subject = name,
            };
        }

        ImageLimits.CheckFile(encoded.Length, name);
        if (!FormatSniffer.TrySniff(encoded, out ImageFormat format, out string? found))
        {
            throw new ImageDecodeException(
                $"Image '{name}' is {found}, expected {FormatSniffer.Accepted}. Convert it, or remove it."
            )
            {
                Subject = name,
                Expected = FormatSniffer.Accepted,
                Found = found,
            };
        }

        string? fault = CompletenessCheck.FindFault(encoded, format, out string? unsupported);
        if (unsupported is not null)
        {
            throw new ImageDecodeException(
                $"Image '{name}' is {unsupported}, which is not supported. Save it as 8-bit PNG or TIFF, or remove it."
            )
            {
                Subject = name,
                Found = unsupported,
            };
        }

        return fault is null
            ? format
            : throw new ImageDecodeException(
                $"Image '{name}' is truncated or damaged: {fault} ({FormatSniffer.NameOf(format)}). Copy it again, "
                    + "or remove it."
            )
            {
                Subject = name,
            };
    }

    /// <summary>The error of a file whose pixels cannot be had.</summary>
    /// <param name="name">Its path.</param>
    /// <param name="reason">Why not; empty when nobody knows.</param>
    /// <param name="format">Its format.</param>
    /// <param name="error">The cause, when there was an exception.</param>
    /// <returns>The error.</returns>
    internal static ImageDecodeException Damaged(string name, string reason, ImageFormat format, Exception? error) =>
        new(
            $"Image '{name}' is damaged: "
                + $"{(reason.Length == 0 ? "its pixels cannot be read" : LoaderName().Replace(reason, string.Empty))} "
                + $"({FormatSniffer.NameOf(format)}). Copy it again, or remove it.",
            error
        )
        {
            Subject = name,
        };

    // libvips puts the names of its own functions in front.
    [GeneratedRegex(@"\b(\w+2vips|Vips\w+|\w+load_buffer|tiff2vips|gifload_base|webp): ")]
    private static partial Regex LoaderName();
}
