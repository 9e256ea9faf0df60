using System.Buffers.Binary;

namespace Pipeline.Core.Imaging.Decoding;

/// <summary>
/// Finds files whose end is missing. The decoders stop at the last pixel they need, so a cut in the tail, or behind the
/// rows that a crop keeps, would pass unseen.
/// </summary>
internal static class CompletenessCheck
{
    /// <summary>Walks the container.</summary>
    /// <param name="encoded">The file.</param>
    /// <param name="format">Its format.</param>
    /// <param name="unsupported">What kind of file it is when that kind is not decoded, with its article.</param>
    /// <returns>What is missing, such as <c>its data has no end</c>; <c>null</c> when everything is there.</returns>
    internal static string? FindFault(ReadOnlySpan<byte> encoded, ImageFormat format, out string? unsupported)
    {
        unsupported = null;
        switch (format)
        {
            case ImageFormat.Gif:
                return GifPixels.FindFault(encoded);
            case ImageFormat.Tiff:
                return TiffDirectory.FindFault(encoded, out unsupported);
            case ImageFormat.Bmp:
                return BmpHeader.FindFault(encoded, out unsupported);
            case ImageFormat.WebP:
                return WebPChunks.FindFault(encoded);
            case ImageFormat.Jpeg:
                return JpegScans.FindFault(encoded);
            case ImageFormat.Png when HasPngEnd(encoded):
                return null;
            default:
                return "its data has no end";
        }
    }

    // Chunks of 4 bytes length, 4 bytes type, data, 4 bytes checksum, until IEND (PNG specification, section 5.3).
    private static bool HasPngEnd(ReadOnlySpan<byte> encoded)
    {
        long position = 8;
        while (position + 12 <= encoded.Length)
        {
            ReadOnlySpan<byte> chunk = encoded[(int)position..];
            position += BinaryPrimitives.ReadUInt32BigEndian(chunk) + 12L;
            if (chunk.Slice(4, 4).SequenceEqual("IEND"u8))
            {
                return position <= encoded.Length;
            }
        }

        return false;
    }
}
