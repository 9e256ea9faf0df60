using System.Buffers.Binary;
using System.Numerics;
using Pipeline.Core.Contracts;

namespace Pipeline.Core.Imaging.Decoding;

/// <summary>
/// Decodes a BMP, which libvips does not: palettes, 16, 24 and 32 bits, runs, transparency. Values as Pillow makes
/// them.
/// </summary>
internal static class BmpDecoder
{
    /// <summary>Decodes.</summary>
    /// <param name="encoded">A file that <see cref="BmpHeader.FindFault"/> found nothing wrong with.</param>
    /// <param name="header">Its head.</param>
    /// <param name="alpha">What becomes of transparency.</param>
    /// <param name="target">Receives <c>uint8 [H, W, 3]</c>, RGB. Undefined after a fault.</param>
    /// <returns>What is missing; <c>null</c> when every pixel was there.</returns>
    internal static string? Decode(
        ReadOnlySpan<byte> encoded,
        in BmpHeader header,
        AlphaPolicy alpha,
        Span<byte> target
    )
    {
        if (header.Compression != BmpHeader.Coding.None)
        {
            return DecodeRuns(encoded, header, target);
        }

        bool isOpaque = header.Masks.Alpha == 0 || !HasAlpha(encoded, header);
        for (int row = 0; row < header.Size.Height; row++)
        {
            ReadOnlySpan<byte> line = encoded.Slice(header.Start + (row * header.Stride), header.Stride);
            Span<byte> result = RowOf(target, header, row);
            bool isWhole = header.Bits switch
            {
                24 => ReadBytes(line, result),
                16 or 32 => ReadMasked(line, header, isOpaque, alpha, result),
                _ => ReadIndices(line, encoded, header, result),
            };
            if (!isWhole)
            {
                return "a pixel has no colour in its palette";
            }
        }

        return null;
    }

    private static Span<byte> RowOf(Span<byte> target, in BmpHeader header, int row)
    {
        int stride = header.Size.Width * 3;
        return target.Slice((header.IsTopDown ? row : header.Size.Height - 1 - row) * stride, stride);
    }

    private static bool ReadBytes(ReadOnlySpan<byte> line, Span<byte> result)
    {
        for (int at = 0; at < result.Length; at += 3)
        {
            (result[at], result[at + 1], result[at + 2]) = (line[at + 2], line[at + 1], line[at]);
        }

        return true;
    }

    private static bool ReadMasked(
        ReadOnlySpan<byte> line,
        in BmpHeader header,
        bool isOpaque,
        AlphaPolicy alpha,
        Span<byte> result
    )
    {
        int bytes = header.Bits / 8;
        byte background = AlphaBlend.Background(alpha);
        for (int column = 0; column < header.Size.Width; column++)
        {
            uint pixel = ReadPixel(line[(column * bytes)..], bytes);
            byte opacity = isOpaque ? byte.MaxValue : Level(pixel, header.Masks.Alpha);
            Span<byte> rgb = result.Slice(column * 3, 3);
            rgb[0] = AlphaBlend.Over(Level(pixel, header.Masks.Red), opacity, background);
            rgb[1] = AlphaBlend.Over(Level(pixel, header.Masks.Green), opacity, background);
            rgb[2] = AlphaBlend.Over(Level(pixel, header.Masks.Blue), opacity, background);
        }

        return true;
    }

    private static bool ReadIndices(
        ReadOnlySpan<byte> line,
        ReadOnlySpan<byte> encoded,
        in BmpHeader header,
        Span<byte> result
    )
    {
        int perByte = 8 / header.Bits;
        int mask = (1 << header.Bits) - 1;
        for (int column = 0; column < header.Size.Width; column++)
        {
            int index = (line[column / perByte] >> (8 - (header.Bits * ((column % perByte) + 1)))) & mask;
            if (!TryColor(encoded, header, index, result.Slice(column * 3, 3)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryColor(ReadOnlySpan<byte> encoded, in BmpHeader header, int index, Span<byte> rgb)
    {
        if (index >= header.PaletteCount)
        {
            return false;
        }

        ReadOnlySpan<byte> color = encoded.Slice(header.PaletteStart + (index * header.PaletteStride), 3);
        (rgb[0], rgb[1], rgb[2]) = (color[2], color[1], color[0]);
        return true;
    }

    // Pairs of bytes: a run (count, index), or 0 and: 0 end of row, 1 end of picture, 2 a jump, n that many indices.
    private static string? DecodeRuns(ReadOnlySpan<byte> encoded, in BmpHeader header, Span<byte> target)
    {
        const string Missing = "its runs end before its last row";
        (int width, int height) = (header.Size.Width, header.Size.Height);
        byte[] indices = new byte[(long)width * height];
        (int column, int row, int position) = (0, 0, header.Start);
        bool isEnded = false;
        while (!isEnded)
        {
            if (position + 2 > encoded.Length)
            {
                return Missing;
            }

            (byte count, byte value) = (encoded[position], encoded[position + 1]);
            position += 2;
            switch (count, value)
            {
                case (0, 0):
                    (column, row) = (0, row + 1);
                    break;
                case (0, 1):
                    isEnded = true;
                    break;
                case (0, 2) when position + 2 <= encoded.Length:
                    (column, row) = (column + encoded[position], row + encoded[position + 1]);
                    position += 2;
                    break;
                case (0, 2):
                    return Missing;
                case (0, _):
                    int bytes = header.Compression == BmpHeader.Coding.Rle8 ? value : (value + 1) / 2;
                    if (position + bytes > encoded.Length)
                    {
                        return Missing;
                    }

                    Put(indices, header, ref column, row, encoded.Slice(position, bytes), value);
                    position += (bytes + 1) & ~1;
                    break;
                default:
                    Put(indices, header, ref column, row, [value], count);
                    break;
            }
        }

        if (row < height - 1)
        {
            return Missing;
        }

        for (int at = 0; at < indices.Length; at++)
        {
            if (!TryColor(encoded, header, indices[at], RowOf(target, header, at / width).Slice(at % width * 3, 3)))
            {
                return "a pixel has no colour in its palette";
            }
        }

        return null;
    }

    // Indices as they come, or one byte of them over and over; what lies beside the picture is left out.
    private static void Put(
        byte[] indices,
        in BmpHeader header,
        ref int column,
        int row,
        ReadOnlySpan<byte> values,
        int count
    )
    {
        for (int index = 0; index < count; index++, column++)
        {
            byte value =
                header.Compression == BmpHeader.Coding.Rle8
                    ? values[index % values.Length]
                    : (byte)((values[index / 2 % values.Length] >> (index % 2 == 0 ? 4 : 0)) & 0xF);
            if (column < header.Size.Width && row < header.Size.Height)
            {
                indices[(row * header.Size.Width) + column] = value;
            }
        }
    }

    // Some programs leave an alpha channel that they do not use at zero.
    private static bool HasAlpha(ReadOnlySpan<byte> encoded, in BmpHeader header)
    {
        int bytes = header.Bits / 8;
        for (int row = 0; row < header.Size.Height; row++)
        {
            ReadOnlySpan<byte> line = encoded.Slice(header.Start + (row * header.Stride), header.Stride);
            for (int column = 0; column < header.Size.Width; column++)
            {
                if ((ReadPixel(line[(column * bytes)..], bytes) & header.Masks.Alpha) != 0)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static uint ReadPixel(ReadOnlySpan<byte> at, int bytes) =>
        bytes == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(at) : BinaryPrimitives.ReadUInt32LittleEndian(at);

    private static byte Level(uint pixel, uint mask)
    {
        int shift = BitOperations.TrailingZeroCount(mask);
        return (byte)((ulong)((pixel & mask) >> shift) * 255 / (mask >> shift));
    }
}
