using System.Buffers.Binary;

namespace Pipeline.Core.Imaging.Decoding;

/// <summary>
/// Finds files whose end is missing. The decoders stop at the last pixel they need, so a cut in the tail, or behind the rows that a crop keeps, would pass unseen.
/// </summary>
internal static class CompletenessCheck
{
    /// <summary>Walks the container.</summary>
    /// <param name="encoded">The file.</param>
    /// <param name="format">Its format.</param>
    /// <returns>Whether the end that the container announces is there. TIFF has no such end: always <c>true</c>.</returns>
    internal static bool HasEnd(ReadOnlySpan<byte> encoded, ImageFormat format) => format switch
    {
        ImageFormat.Jpeg => HasJpegEnd(encoded),
        ImageFormat.Png => HasPngEnd(encoded),
        ImageFormat.WebP => BinaryPrimitives.ReadUInt32LittleEndian(encoded[4..]) + 8L <= encoded.Length,
        ImageFormat.Gif => HasGifEnd(encoded),
        _ => true,
    };

    // Segments of FF, marker, 2 bytes length, data, until end-of-image (ITU-T T.81, annex B). Bytes that belong to none are scan data or strays: in scan data FF is followed by
    // 00 or a restart marker. What lies behind the end does not matter: phones append videos.
    private static bool HasJpegEnd(ReadOnlySpan<byte> encoded)
    {
        int position = 2;
        while (true)
        {
            int next = position < encoded.Length ? encoded[position..].IndexOf((byte)0xFF) : -1;
            if (next < 0 || (position += next) + 1 >= encoded.Length)
            {
                return false;
            }

            switch (encoded[position + 1])
            {
                case 0xD9:
                    return true;
                case 0xFF: // fill byte
                    position++;
                    break;
                case 0x00 or 0x01 or (>= 0xD0 and <= 0xD8): // no length
                    position += 2;
                    break;
                default:
                    if (position + 4 > encoded.Length)
                    {
                        return false;
                    }

                    position += 2 + BinaryPrimitives.ReadUInt16BigEndian(encoded[(position + 2)..]);
                    break;
            }
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

    // Blocks until the trailer 3B (GIF89a specification, sections 18 to 27).
    private static bool HasGifEnd(ReadOnlySpan<byte> encoded)
    {
        const int ScreenDescriptorEnd = 13;
        if (encoded.Length < ScreenDescriptorEnd)
        {
            return false;
        }

        int position = ScreenDescriptorEnd + ColorTableBytes(encoded[10]);
        while (position < encoded.Length)
        {
            switch (encoded[position])
            {
                case 0x3B:
                    return true;
                case 0x21: // extension: label, sub-blocks
                    position = SkipSubBlocks(encoded, position + 2);
                    break;
                case 0x2C when position + 10 <= encoded.Length: // image: descriptor, colour table, code size, sub-blocks
                    position = SkipSubBlocks(encoded, position + 10 + ColorTableBytes(encoded[position + 9]) + 1);
                    break;
                default:
                    return false;
            }
        }

        return false;
    }

    private static int ColorTableBytes(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);

    private static int SkipSubBlocks(ReadOnlySpan<byte> encoded, int position)
    {
        while (position < encoded.Length && encoded[position] != 0)
        {
            position += encoded[position] + 1;
        }

        return position + 1;
    }
}
