using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Imaging;

namespace Pipeline.Inference.Batching;

/// <summary>From a file to pixels, or to the reason why not: the one place where a bad image stops being an exception.</summary>
internal static class ImageReader
{
    /// <summary>The reason of a file for which <see cref="IsEmpty"/> holds.</summary>
    internal const string EmptyFile = "the file is empty";

    /// <summary>Whether a file has no bytes; a pipe and a device show that as well, and opening one would wait for ever.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Whether there is nothing to read.</returns>
    internal static bool IsEmpty(string path) => new FileInfo(path) is { Exists: true, Length: 0 };

    /// <summary>Decodes a file into a slot.</summary>
    /// <param name="path">The file.</param>
    /// <param name="preprocessing">The model's rules.</param>
    /// <param name="destination">Receives <c>uint8 [H, W, 3]</c>; undefined when there is an error.</param>
    /// <returns><c>null</c>, or one line that says why there is no image.</returns>
    internal static string? TryDecode(string path, Preprocessing preprocessing, Span<byte> destination)
    {
        try
        {
            if (IsEmpty(path))
            {
                return EmptyFile;
            }

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
    internal static string? TryDecode(ReadOnlySpan<byte> encoded, string name, Preprocessing preprocessing, Span<byte> destination)
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

    private static string OneLine(string message) => message.ReplaceLineEndings(" ").Trim();
}
