using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Pipeline.Core.Contracts;

namespace Pipeline.Core.Imaging.Resizing;

/// <summary>
/// Weighted resize of RGB bytes: a horizontal pass over the rows that are needed, rounded to bytes, then a vertical
/// one. Given the weights, all arithmetic is in integers, so every machine gives the same bytes, with or without vector
/// instructions.
/// </summary>
/// <remarks>
/// Source of the order and the rounding: Pillow, src/libImaging/Resample.c (<c>ImagingResampleHorizontal_8bpc</c>,
/// <c>ImagingResampleVertical_8bpc</c>).
/// </remarks>
internal static class Resampler
{
    private const int Half = 1 << (AxisWeights.FractionBits - 1);

    // A pair of pixels is read as 8 bytes; the second one may lie behind the last.
    private const int BytesReadBehind = 8;

    /// <summary>Resizes and places the result; pixels of the target outside the plan are left alone.</summary>
    /// <param name="source">Pixels, <c>uint8 [H, W, 3]</c>. Borrowed.</param>
    /// <param name="size">Their size.</param>
    /// <param name="horizontal">Weights of the columns.</param>
    /// <param name="vertical">Weights of the rows.</param>
    /// <param name="target">
    /// First byte of the placed result lies at its start; rows are <paramref name="targetStride"/> apart. Borrowed.
    /// </param>
    /// <param name="targetStride">Bytes from row to row of the target.</param>
    /// <param name="byPairs">
    /// Whether columns and rows are weighted two at a time (<see cref="PairedResampler"/>), which needs AVX2; the
    /// result is the same.
    /// </param>
    internal static void Resample(
        ReadOnlySpan<byte> source,
        ImageSize size,
        AxisWeights horizontal,
        AxisWeights vertical,
        Span<byte> target,
        int targetStride,
        bool byPairs
    )
    {
        int firstRow = vertical.Starts[0];
        int rows = vertical.End - firstRow;
        int sourceStride = size.Width * 3;
        int stride = horizontal.Starts.Length * 3;
        int copyBytes = sourceStride + BytesReadBehind;
        byte[] middle = ArrayPool<byte>.Shared.Rent(checked(rows * stride));
        byte[] copies = ArrayPool<byte>.Shared.Rent(Math.Min(rows, 2) * copyBytes);
        int[] wide = byPairs ? ArrayPool<int>.Shared.Rent(PairedWeights.Count(horizontal)) : [];
        try
        {
            ReadOnlySpan<byte> needed = source[(firstRow * sourceStride)..];
            if (byPairs)
            {
                PairedWeights.Fill(horizontal, wide);
                for (int row = 0; row < rows; row += 2)
                {
                    int other = Math.Min(row + 1, rows - 1); // of an odd number the last row goes with itself
                    ReadOnlySpan<byte> line = Line(needed, sourceStride, row, copies);
                    ReadOnlySpan<byte> otherLine =
                        other == row ? line : Line(needed, sourceStride, other, copies.AsSpan(copyBytes));
                    PairedResampler.HorizontalPass(
                        line,
                        otherLine,
                        horizontal,
                        wide,
                        middle.AsSpan(row * stride, stride),
                        middle.AsSpan(other * stride, stride)
                    );
                }
            }
            else
            {
                for (int row = 0; row < rows; row++)
                {
                    HorizontalPass(
                        Line(needed, sourceStride, row, copies),
                        horizontal,
                        middle.AsSpan(row * stride, stride)
                    );
                }
            }

            for (int row = 0; row < vertical.Starts.Length; row++)
            {
                ReadOnlySpan<byte> window = middle.AsSpan(
                    (vertical.Starts[row] - firstRow) * stride,
                    vertical.Counts[row] * stride
                );
                ReadOnlySpan<int> weights = vertical.Weights.AsSpan(row * vertical.Stride, vertical.Counts[row]);
                Span<byte> result = target.Slice(row * targetStride, stride);
                VerticalPass(
                    window,
                    weights,
                    result,
                    byPairs ? PairedResampler.VerticalPass(window, weights, result) : 0
                );
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copies);
            ArrayPool<byte>.Shared.Return(middle);
            if (wide.Length > 0)
            {
                ArrayPool<int>.Shared.Return(wide);
            }
        }
    }

    // Pixels are read a few bytes further than they are long, which at the very end would be past the image: the last
    // rows are read from a copy with room behind it.
    private static ReadOnlySpan<byte> Line(ReadOnlySpan<byte> rows, int stride, int row, Span<byte> copy)
    {
        ReadOnlySpan<byte> line = rows.Slice(row * stride, stride);
        if ((row * stride) + stride + BytesReadBehind <= rows.Length)
        {
            return line;
        }

        line.CopyTo(copy);
        return copy[..stride];
    }

    // One row of [W, 3] to one row of [targetWidth, 3]. Four bytes behind the row's last pixel must be readable memory.
    private static void HorizontalPass(ReadOnlySpan<byte> source, AxisWeights axis, Span<byte> target)
    {
        ref byte first = ref MemoryMarshal.GetReference(source);
        for (int index = 0; index < axis.Starts.Length; index++)
        {
            ref byte pixel = ref Unsafe.Add(ref first, axis.Starts[index] * 3);
            ReadOnlySpan<int> weights = axis.Weights.AsSpan(index * axis.Stride, axis.Counts[index]);
            Vector128<int> sum = Vector128.Create(Half);
            foreach (int weight in weights)
            {
                Vector128<byte> bytes = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(ref pixel)).AsByte();
                // [r, g, b, the neighbour's r]
                sum += Vector128.WidenLower(Vector128.WidenLower(bytes)).AsInt32() * weight;
                pixel = ref Unsafe.Add(ref pixel, 3);
            }

            Vector128<int> clipped = Clip(sum);
            target[index * 3] = (byte)clipped[0];
            target[(index * 3) + 1] = (byte)clipped[1];
            target[(index * 3) + 2] = (byte)clipped[2];
        }
    }

    // Rows of equal length, one weight each, to one row, from a byte on.
    private static void VerticalPass(ReadOnlySpan<byte> rows, ReadOnlySpan<int> weights, Span<byte> target, int column)
    {
        int stride = target.Length;
        for (; column <= stride - Vector128<byte>.Count; column += Vector128<byte>.Count)
        {
            Vector128<int> sum0 = Vector128.Create(Half);
            Vector128<int> sum1 = sum0;
            Vector128<int> sum2 = sum0;
            Vector128<int> sum3 = sum0;
            for (int row = 0; row < weights.Length; row++)
            {
                (Vector128<ushort> lower, Vector128<ushort> upper) = Vector128.Widen(
                    Vector128.Create(rows.Slice((row * stride) + column, Vector128<byte>.Count))
                );
                int weight = weights[row];
                sum0 += Vector128.WidenLower(lower).AsInt32() * weight;
                sum1 += Vector128.WidenUpper(lower).AsInt32() * weight;
                sum2 += Vector128.WidenLower(upper).AsInt32() * weight;
                sum3 += Vector128.WidenUpper(upper).AsInt32() * weight;
            }

            Vector128<short> low = Vector128.Narrow(Clip(sum0), Clip(sum1));
            Vector128<short> high = Vector128.Narrow(Clip(sum2), Clip(sum3));
            Vector128.Narrow(low.AsUInt16(), high.AsUInt16()).CopyTo(target[column..]);
        }

        for (; column < stride; column++)
        {
            int sum = Half;
            for (int row = 0; row < weights.Length; row++)
            {
                sum += rows[(row * stride) + column] * weights[row];
            }

            target[column] = (byte)Math.Clamp(sum >> AxisWeights.FractionBits, 0, 255);
        }
    }

    private static Vector128<int> Clip(Vector128<int> sum) =>
        Vector128.Min(Vector128.Max(sum >> AxisWeights.FractionBits, Vector128<int>.Zero), Vector128.Create(255));
}
