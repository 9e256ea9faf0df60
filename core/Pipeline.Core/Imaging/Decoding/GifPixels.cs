using System.Buffers.Binary;

namespace Pipeline.Core.Imaging.Decoding;

/// <summary>
/// Counts the pixels that the first frame of a GIF holds. The decoder fills what its compressed data lacks with
/// background and says nothing.
/// </summary>
/// <remarks>Source: GIF89a specification, sections 18 to 22 and appendix F (variable-length-code LZW).</remarks>
internal static class GifPixels
{
    private const int ScreenDescriptorEnd = 13;
    private const int MostCodes = 4096;

    /// <summary>Walks the blocks to the trailer, and counts the pixels of the first frame on the way.</summary>
    /// <param name="encoded">The file.</param>
    /// <returns>What is missing; <c>null</c> when the first frame is whole and the trailer is there.</returns>
    internal static string? FindFault(ReadOnlySpan<byte> encoded)
    {
        int position =
            encoded.Length < ScreenDescriptorEnd ? encoded.Length : ScreenDescriptorEnd + ColorTableBytes(encoded[10]);
        bool hasFrame = false;
        while (position < encoded.Length)
        {
            switch (encoded[position])
            {
                case 0x3B:
                    return hasFrame ? null : "it has no frame";
                case 0x21: // extension: label, sub-blocks
                    position = SkipSubBlocks(encoded, position + 2);
                    break;
                // image: descriptor, colour table, code size, sub-blocks
                case 0x2C when position + 10 <= encoded.Length:
                    ReadOnlySpan<byte> descriptor = encoded.Slice(position, 10);
                    position += 10 + ColorTableBytes(descriptor[9]);
                    if (!hasFrame && FrameFault(encoded, descriptor, position) is { } fault)
                    {
                        return fault;
                    }

                    hasFrame = true;
                    position = SkipSubBlocks(encoded, position + 1);
                    break;
                default:
                    return "its data has no end";
            }
        }

        return "its data has no end";
    }

    private static string? FrameFault(ReadOnlySpan<byte> encoded, ReadOnlySpan<byte> descriptor, int position)
    {
        bool hasColors = ((encoded[10] | descriptor[9]) & 0x80) != 0;
        long pixels =
            (long)BinaryPrimitives.ReadUInt16LittleEndian(descriptor[5..])
            * BinaryPrimitives.ReadUInt16LittleEndian(descriptor[7..]);
        return hasColors ? CountPixels(encoded, position, pixels) : "it has no colour table";
    }

    // Each code stands for as many pixels as the code before it and one, so lengths are enough: no pixel is made.
    private static string? CountPixels(ReadOnlySpan<byte> encoded, int position, long expected)
    {
        if (position >= encoded.Length || encoded[position] is < 2 or > 11)
        {
            return "its frame has no pixels";
        }

        int codeSize = encoded[position++];
        int clear = 1 << codeSize;
        Span<int> lengths = stackalloc int[MostCodes];
        lengths[..clear].Fill(1);
        int next = clear + 2;
        int width = codeSize + 1;
        int previous = -1;
        long pixels = 0;
        uint bits = 0;
        int held = 0;
        while (position < encoded.Length && encoded[position] > 0)
        {
            ReadOnlySpan<byte> block = encoded.Slice(
                position + 1,
                Math.Min(encoded[position], encoded.Length - position - 1)
            );
            position += block.Length + 1;
            foreach (byte value in block)
            {
                bits |= (uint)value << held;
                held += 8;
                while (held >= width)
                {
                    int code = (int)(bits & ((1u << width) - 1));
                    bits >>= width;
                    held -= width;
                    if (code == clear)
                    {
                        (next, width, previous) = (clear + 2, codeSize + 1, -1);
                        continue;
                    }

                    if (code == clear + 1 || code > next || (code == next && (previous < 0 || next == MostCodes)))
                    {
                        return Missing(pixels, expected); // an end, or no code at all
                    }

                    pixels += code < next ? lengths[code] : lengths[previous] + 1;
                    if (pixels >= expected)
                    {
                        return null;
                    }

                    if (previous >= 0 && next < MostCodes)
                    {
                        lengths[next++] = lengths[previous] + 1;
                        width += next == 1 << width && width < 12 ? 1 : 0;
                    }

                    previous = code;
                }
            }
        }

        return Missing(pixels, expected);
    }

    private static string Missing(long pixels, long expected) =>
        FormattableString.Invariant($"its frame holds {pixels} of its {expected} pixels");

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
