using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;

namespace Pipeline.Core.Imaging;

/// <summary>Limits on files from strangers, checked before any pixel is decoded.</summary>
internal static class ImageLimits
{
    /// <summary>Largest encoded file, in bytes.</summary>
    internal const int MaxFileBytes = 256 * 1024 * 1024;

    /// <summary>Most pixels of an image, by its header.</summary>
    internal const long MaxPixels = 100_000_000;

    // Height x target width x 3. Only strips thousands of times taller than wide come near it.
    private const long MaxResizeBytes = 1L << 30;

    /// <summary>Refuses a file by its length.</summary>
    /// <param name="bytes">Length of the file.</param>
    /// <param name="name">Its path, for the message.</param>
    /// <exception cref="ImageDecodeException">It is too large.</exception>
    internal static void CheckFile(long bytes, string name)
    {
        if (bytes > MaxFileBytes)
        {
            throw new ImageDecodeException($"Image '{name}' is larger than {MaxFileBytes / (1024 * 1024)} MiB. Save it smaller, or remove it.") { Subject = name };
        }
    }

    /// <summary>Refuses an image by its header.</summary>
    /// <param name="size">Size of the image.</param>
    /// <param name="name">Its path, for the message.</param>
    /// <exception cref="ImageDecodeException">It has too many pixels.</exception>
    internal static void CheckPixels(ImageSize size, string name)
    {
        if ((long)size.Width * size.Height > MaxPixels)
        {
            throw new ImageDecodeException($"Image '{name}' has {size} pixels, expected at most {MaxPixels / 1_000_000} million. Save it smaller, or remove it.")
            {
                Subject = name,
                Found = size.ToString(),
            };
        }
    }

    /// <summary>Refuses a resize whose working memory would be absurd.</summary>
    /// <param name="size">Size of the image.</param>
    /// <param name="target">Size wanted.</param>
    /// <param name="name">What is resized, for the message.</param>
    /// <exception cref="ImageDecodeException">The image is too tall for its width.</exception>
    internal static void CheckResize(ImageSize size, ImageSize target, string name)
    {
        if ((long)size.Height * target.Width * 3 > MaxResizeBytes)
        {
            throw new ImageDecodeException($"Image '{name}' has {size} pixels: too tall to be resized to {target}. Crop it, or remove it.")
            {
                Subject = name,
                Found = size.ToString(),
            };
        }
    }
}
