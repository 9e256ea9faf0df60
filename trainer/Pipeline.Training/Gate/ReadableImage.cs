using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Imaging;

namespace Pipeline.Training.Gate;

/// <summary>Decodes an image that may turn out to be none.</summary>
internal static class ReadableImage
{
    /// <summary>Decodes as in production.</summary>
    /// <param name="path">The file.</param>
    /// <param name="preprocessing">To which pixels.</param>
    /// <param name="target">Receives <c>uint8 [H, W, 3]</c>.</param>
    /// <returns>Why the file cannot be read; <c>null</c> when it was.</returns>
    internal static string? Decode(string path, Preprocessing preprocessing, Span<byte> target)
    {
        try
        {
            if (new FileInfo(path) is not { Exists: true, Length: > 0 })
            {
                return "the file is empty or missing"; // a pipe shows as empty, and would never end
            }

            ImageDecoder.DecodeFile(path, preprocessing, target);
            return null;
        }
        catch (Exception error) when (error is ImageDecodeException or IOException or UnauthorizedAccessException)
        {
            return error.Message.ReplaceLineEndings(" ");
        }
    }
}
