using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Imaging.Native;

namespace Pipeline.Core.Imaging.Decoding;

/// <summary>
/// From encoded bytes to upright sRGB pixels: load, convert colours, blend transparency, apply the EXIF orientation. Every fault of the file is an
/// <see cref="ImageDecodeException"/>.
/// </summary>
/// <remarks>
/// libvips keeps one error text for the whole process, so beside other threads' decodes a text could belong to another file. Hence: decodes run side by side under a shared lock
/// and only learn <em>that</em> something was wrong; such a one is repeated alone, under the exclusive lock, and then the text is this file's. Bad files are rare, so the second
/// decode costs little.
/// </remarks>
internal static class ImageLoader
{
    // Threads inside libvips share it; the one that reads error texts takes it alone.
    private static readonly ReaderWriterLockSlim Gate = new();

    /// <summary>Decodes.</summary>
    /// <param name="encoded">The file. Borrowed.</param>
    /// <param name="name">Its path, for messages.</param>
    /// <param name="alpha">What becomes of transparency.</param>
    /// <param name="resize">The resize that will follow, so that a JPEG can be shrunk while loading; <c>null</c> to get every pixel.</param>
    /// <returns>The pixels. Owned by the caller.</returns>
    /// <exception cref="ImageDecodeException">The file is empty, no image, of another format, too large, incomplete or damaged.</exception>
    internal static DecodedPixels Load(ReadOnlySpan<byte> encoded, string name, AlphaPolicy alpha, Preprocessing? resize)
    {
        ImageFormat format = CheckFile(encoded, name);
        VipsLibrary.EnsureStarted();
        var job = new DecodeJob(format, name, alpha, resize);
        Gate.EnterReadLock();
        try
        {
            DecodedPixels pixels = job.Run(encoded, out bool warned);
            if (!warned)
            {
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

        return Diagnose(encoded, job);
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

    private static DecodedPixels Diagnose(ReadOnlySpan<byte> encoded, DecodeJob job)
    {
        Gate.EnterWriteLock();
        try
        {
            Vips.ClearError();
            DecodedPixels pixels = job.Run(encoded, out bool warned);
            string reason = Vips.TakeErrorText();
            if (!warned || DecodeJob.IsHarmless(reason))
            {
                return pixels;
            }

            pixels.Dispose();
            throw job.Damaged(reason, error: null);
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
            throw new ImageDecodeException($"Image '{name}' is empty (0 bytes). Copy it again, or remove it.") { Subject = name };
        }

        ImageLimits.CheckFile(encoded.Length, name);
        if (!FormatSniffer.TrySniff(encoded, out ImageFormat format, out string? found))
        {
            throw new ImageDecodeException($"Image '{name}' is {found}, expected {FormatSniffer.Accepted}. Convert it, or remove it.")
            {
                Subject = name,
                Expected = FormatSniffer.Accepted,
                Found = found,
            };
        }

        return CompletenessCheck.HasEnd(encoded, format)
            ? format
            : throw new ImageDecodeException($"Image '{name}' is truncated or damaged: its {format} data has no end. Copy it again, or remove it.") { Subject = name };
    }
}
