using System.Globalization;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;

namespace Pipeline.Core.Imaging.Decoding;

/// <summary>Limits on files from strangers, checked before any pixel is decoded.</summary>
internal static class ImageLimits
{
    /// <summary>Largest encoded file, in bytes.</summary>
    internal const int MaxFileBytes = 256 * 1024 * 1024;

    /// <summary>Most pixels of an image, by its header.</summary>
    internal const long MaxPixels = 100_000_000;

    /// <summary>
    /// Most bytes that decoding and resizing one image may hold, and all images of a process together.
    /// </summary>
    internal const long MaxDecodeBytes = 640L * 1024 * 1024;

    /// <summary>Refuses a file by its length.</summary>
    /// <param name="bytes">Length of the file.</param>
    /// <param name="name">Its path, for the message.</param>
    /// <exception cref="ImageDecodeException">It is too large.</exception>
    internal static void CheckFile(long bytes, string name)
    {
        if (bytes > MaxFileBytes)
        {
            throw new ImageDecodeException(
                $"Image '{name}' is larger than {MaxFileBytes / (1024 * 1024)} MiB. Save it smaller, or remove it."
            )
            {
                Subject = name,
            };
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
            throw new ImageDecodeException(
                $"Image '{name}' has {size} pixels, expected at most {MaxPixels / 1_000_000} million. "
                    + "Save it smaller, or remove it."
            )
            {
                Subject = name,
                Found = size.ToString(),
            };
        }
    }

    /// <summary>Refuses an image by what decoding it would hold.</summary>
    /// <param name="bytes">The bytes; see <see cref="Decoding.DecodeMemory"/>.</param>
    /// <param name="size">Size of the image.</param>
    /// <param name="name">Its path, for the message.</param>
    /// <exception cref="ImageDecodeException">They are too many.</exception>
    internal static void CheckMemory(long bytes, ImageSize size, string name)
    {
        if (bytes > MaxDecodeBytes)
        {
            throw new ImageDecodeException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Image '{name}' of {size} pixels would take {bytes >> 20} MiB of memory to decode, "
                        + $"expected at most {MaxDecodeBytes >> 20}. Save it smaller, or remove it."
                )
            )
            {
                Subject = name,
                Found = size.ToString(),
            };
        }
    }
}
