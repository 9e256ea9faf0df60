using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;

namespace Pipeline.Core.Imaging.Loading;

/// <summary>
/// From a file to pixels, or to the reason why not: the one place where a bad image stops being an exception.
/// </summary>
public static class ImageReader
{
    /// <summary>Decodes a file into a slot.</summary>
    /// <param name="path">The file.</param>
    /// <param name="preprocessing">The model's rules.</param>
    /// <param name="destination">Receives <c>uint8 [H, W, 3]</c>; undefined when there is an error.</param>
    /// <returns><c>null</c>, or one line that says why there is no image.</returns>
    public static string? TryDecode(string path, Preprocessing preprocessing, Span<byte> destination)
    {
        try
        {
            ImageDecoder.DecodeFile(path, preprocessing, destination);
            return null;
        }
        catch (Exception error) when (error is ImageDecodeException or IOException or UnauthorizedAccessException)
        {
            return OneLine(error.Message);
        }
    }

    /// <summary>Decodes bytes into a slot.</summary>
    /// <param name="encoded">The content of an image file.</param>
    /// <param name="name">Name for the message.</param>
    /// <param name="preprocessing">The model's rules.</param>
    /// <param name="destination">Receives <c>uint8 [H, W, 3]</c>; undefined when there is an error.</param>
    /// <returns><c>null</c>, or one line that says why there is no image.</returns>
    public static string? TryDecode(
        ReadOnlySpan<byte> encoded,
        string name,
        Preprocessing preprocessing,
        Span<byte> destination
    )
    {
        try
        {
            ImageDecoder.Decode(encoded, name, preprocessing, destination);
            return null;
        }
        catch (ImageDecodeException error)
        {
            return OneLine(error.Message);
        }
    }

    /// <summary>Reads a stream to its end and decodes it into a slot.</summary>
    /// <param name="encoded">The content of an image file. Borrowed.</param>
    /// <param name="name">Name for the message.</param>
    /// <param name="preprocessing">The model's rules.</param>
    /// <param name="destination">Receives <c>uint8 [H, W, 3]</c>; undefined when there is an error.</param>
    /// <returns><c>null</c>, or one line that says why there is no image.</returns>
    public static string? TryDecode(Stream encoded, string name, Preprocessing preprocessing, Span<byte> destination)
    {
        try
        {
            using var buffer = new BoundedBuffer(name);
            encoded.CopyTo(buffer);
            return TryDecode(buffer.Bytes, name, preprocessing, destination);
        }
        catch (Exception error) when (error is ImageDecodeException or IOException)
        {
            return OneLine(error.Message);
        }
    }

    /// <summary>The same, waiting for the stream without a thread.</summary>
    /// <param name="encoded">The content of an image file. Borrowed.</param>
    /// <param name="name">Name for the message.</param>
    /// <param name="preprocessing">The model's rules.</param>
    /// <param name="destination">Receives <c>uint8 [H, W, 3]</c>; undefined when there is an error.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns><c>null</c>, or one line that says why there is no image.</returns>
    public static async ValueTask<string?> TryDecodeAsync(
        Stream encoded,
        string name,
        Preprocessing preprocessing,
        Memory<byte> destination,
        CancellationToken cancellationToken
    )
    {
        try
        {
            using var buffer = new BoundedBuffer(name);
            await encoded.CopyToAsync(buffer, cancellationToken).ConfigureAwait(false);
            return TryDecode(buffer.Bytes, name, preprocessing, destination.Span);
        }
        catch (Exception error) when (error is ImageDecodeException or IOException)
        {
            return OneLine(error.Message);
        }
    }

    /// <summary>Resizes decoded pixels into a slot.</summary>
    /// <param name="rgb">Pixels <c>uint8 [H, W, 3]</c>, checked by <see cref="CheckPixels"/>.</param>
    /// <param name="size">Their size.</param>
    /// <param name="preprocessing">The model's rules.</param>
    /// <param name="destination">Receives <c>uint8 [H, W, 3]</c>; undefined when there is an error.</param>
    /// <returns><c>null</c>, or one line that says why there is no image.</returns>
    public static string? TryResize(
        ReadOnlySpan<byte> rgb,
        ImageSize size,
        Preprocessing preprocessing,
        Span<byte> destination
    )
    {
        try
        {
            ImageDecoder.Resize(rgb, size, preprocessing, destination);
            return null;
        }
        catch (ImageDecodeException error)
        {
            return OneLine(error.Message);
        }
    }

    /// <summary>Refuses pixels that are no image of the size given: a mistake of the caller, not a bad image.</summary>
    /// <param name="length">Bytes given.</param>
    /// <param name="size">Size given.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1.</exception>
    /// <exception cref="ArgumentException">The length does not fit the size.</exception>
    public static void CheckPixels(int length, ImageSize size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size.Width, 1, nameof(size));
        ArgumentOutOfRangeException.ThrowIfLessThan(size.Height, 1, nameof(size));
        if (length != (long)size.Width * size.Height * 3)
        {
            throw new ArgumentException(
                $"An RGB image of {size} has {(long)size.Width * size.Height * 3} bytes, found {length}.",
                nameof(length)
            );
        }
    }

    private static string OneLine(string message) => message.ReplaceLineEndings(" ").Trim();
}
