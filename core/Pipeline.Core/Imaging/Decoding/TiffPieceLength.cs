using System.IO.Compression;

namespace Pipeline.Core.Imaging.Decoding;

/// <summary>How many bytes a compressed strip or tile of a TIFF holds. Makes none of them, but for Deflate.</summary>
/// <remarks>
/// Source: TIFF 6.0, sections 9 (PackBits) and 13 (LZW: codes from the high bit down, and one code early); zlib, RFC
/// 1950.
/// </remarks>
internal static class TiffPieceLength
{
    private const int ClearCode = 256;
    private const int EndCode = 257;
    private const int MostCodes = 4096;

    /// <summary>Counts.</summary>
    /// <param name="data">The strip or tile.</param>
    /// <param name="compression">The tag's value: 5 LZW, 8 and 32946 Deflate, 32773 PackBits.</param>
    /// <param name="enough">Bytes that are enough to know of.</param>
    /// <returns>The bytes, as far as the data can be read.</returns>
    internal static long Measure(ReadOnlySpan<byte> data, long compression, long enough) =>
        compression switch
        {
            5 => OfLzw(data, enough),
            8 or 32946 => OfDeflate(data, enough),
            32773 => OfPackBits(data, enough),
            _ => enough,
        };

    private static long OfDeflate(ReadOnlySpan<byte> data, long enough)
    {
        using var stream = new ZLibStream(
            new MemoryStream(data.ToArray(), writable: false),
            CompressionMode.Decompress
        );
        byte[] buffer = new byte[1 << 14];
        long found = 0;
        try
        {
            int read;
            while (found < enough && (read = stream.Read(buffer)) > 0)
            {
                found += read;
            }
        }
        catch (InvalidDataException)
        {
            // What came before it counts.
        }

        return found;
    }

    // A count and as many bytes, or a count of copies and one byte; -128 is nothing.
    private static long OfPackBits(ReadOnlySpan<byte> data, long enough)
    {
        long found = 0;
        for (int at = 0; at < data.Length && found < enough; )
        {
            sbyte count = (sbyte)data[at++];
            int bytes = count >= 0 ? count + 1 : 1;
            if (count == sbyte.MinValue)
            {
                continue;
            }

            found +=
                count >= 0 ? Math.Min(bytes, data.Length - at)
                : at < data.Length ? 1 - count
                : 0;
            at += bytes;
        }

        return found;
    }

    // Old files have their codes from the low bit up, which libtiff tells by the first bytes: those are not counted.
    private static long OfLzw(ReadOnlySpan<byte> data, long enough)
    {
        if (data.Length >= 2 && data[0] == 0 && (data[1] & 1) != 0)
        {
            return enough;
        }

        Span<int> lengths = stackalloc int[MostCodes];
        lengths[..ClearCode].Fill(1);
        (int next, int width, int previous) = (EndCode + 1, 9, -1);
        long found = 0;
        uint bits = 0;
        int held = 0;
        foreach (byte value in data)
        {
            bits = (bits << 8) | value;
            held += 8;
            while (held >= width && found < enough)
            {
                int code = (int)(bits >> (held - width)) & ((1 << width) - 1);
                held -= width;
                if (code == ClearCode)
                {
                    (next, width, previous) = (EndCode + 1, 9, -1);
                    continue;
                }

                if (code == EndCode || code > next || (code == next && previous < 0))
                {
                    return found;
                }

                found += code < next ? lengths[code] : lengths[previous] + 1;
                if (previous >= 0 && next < MostCodes)
                {
                    lengths[next++] = lengths[previous] + 1;
                    width =
                        next >= 2047 ? 12
                        : next >= 1023 ? 11
                        : next >= 511 ? 10
                        : 9;
                }

                previous = code;
            }
        }

        return found;
    }
}
