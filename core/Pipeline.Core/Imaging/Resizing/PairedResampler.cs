using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Pipeline.Core.Imaging.Resizing;

/// <summary>
/// The two passes of <see cref="Resampler"/> with the wide vectors of AVX2; the same sums, so the same bytes.
/// </summary>
internal static class PairedResampler
{
    private const int Half = 1 << (AxisWeights.FractionBits - 1);
    private const int ColumnsAtOnce = 16;

    /// <summary>Weights the columns of two rows, two source pixels of each at a time.</summary>
    /// <param name="source">
    /// A row <c>uint8 [W, 3]</c> with eight bytes of readable memory behind its last pixel. Borrowed.
    /// </param>
    /// <param name="other">Another such row.</param>
    /// <param name="axis">The weights.</param>
    /// <param name="wide">The same, as <see cref="PairedWeights"/> writes them.</param>
    /// <param name="target">Receives the first row, <c>uint8 [targetWidth, 3]</c>.</param>
    /// <param name="otherTarget">Receives the other row; may be the same memory when the rows are.</param>
    internal static void HorizontalPass(
        ReadOnlySpan<byte> source,
        ReadOnlySpan<byte> other,
        AxisWeights axis,
        ReadOnlySpan<int> wide,
        Span<byte> target,
        Span<byte> otherTarget
    )
    {
        ref byte first = ref MemoryMarshal.GetReference(source);
        ref byte otherFirst = ref MemoryMarshal.GetReference(other);
        ref int weight = ref MemoryMarshal.GetReference(wide);
        ref byte result = ref MemoryMarshal.GetReference(target);
        ref byte otherResult = ref MemoryMarshal.GetReference(otherTarget);

        // Each half of the vector gets the same eight bytes, and spreads one pixel of them over its four places: [r, g,
        // b, 0].
        Vector256<byte> spread = Vector256.Create(
            Vector128.Create(0, 0x80, 0x80, 0x80, 1, 0x80, 0x80, 0x80, 2, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80),
            Vector128.Create(3, 0x80, 0x80, 0x80, 4, 0x80, 0x80, 0x80, 5, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80)
        );
        for (int index = 0; index < axis.Starts.Length; index++)
        {
            nint at = axis.Starts[index] * 3;
            Vector256<int> sum = Vector256<int>.Zero;
            Vector256<int> otherSum = sum;
            for (int pair = 0; pair < axis.Counts[index]; pair += 2)
            {
                Vector256<int> weights = Vector256.LoadUnsafe(ref weight);
                sum += Pixels(ref first, at, spread) * weights;
                otherSum += Pixels(ref otherFirst, at, spread) * weights;
                at += 6;
                weight = ref Unsafe.Add(ref weight, Vector256<int>.Count);
            }

            Vector128<short> both = Sse2.PackSignedSaturate(
                Shifted(sum.GetLower() + sum.GetUpper()),
                Shifted(otherSum.GetLower() + otherSum.GetUpper())
            );
            Vector128<uint> bytes = Sse2.PackUnsignedSaturate(both, both).AsUInt32(); // [r, g, b, 0] of either row
            Store(ref Unsafe.Add(ref result, index * 3), bytes[0]);
            Store(ref Unsafe.Add(ref otherResult, index * 3), bytes[1]);
        }
    }

    /// <summary>Weights rows of equal length into one row, as far as whole vectors reach.</summary>
    /// <param name="rows">The rows. Borrowed.</param>
    /// <param name="weights">A weight for each.</param>
    /// <param name="target">Receives the row.</param>
    /// <returns>Bytes of the row that are done.</returns>
    internal static int VerticalPass(ReadOnlySpan<byte> rows, ReadOnlySpan<int> weights, Span<byte> target)
    {
        ref byte first = ref MemoryMarshal.GetReference(rows);
        int stride = target.Length;
        int column = 0;
        for (; column <= stride - ColumnsAtOnce; column += ColumnsAtOnce)
        {
            Vector256<int> left = Vector256.Create(Half);
            Vector256<int> right = left;
            for (int row = 0; row < weights.Length; row++)
            {
                Vector128<byte> bytes = Vector128.LoadUnsafe(ref first, (nuint)((row * stride) + column));
                Vector256<int> weight = Vector256.Create(weights[row]);
                left += Avx2.ConvertToVector256Int32(bytes) * weight;
                right += Avx2.ConvertToVector256Int32(Sse2.ShiftRightLogical128BitLane(bytes, 8)) * weight;
            }

            Sse2.PackUnsignedSaturate(Packed(left), Packed(right)).CopyTo(target[column..]);
        }

        return column;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Pixels(ref byte row, nint at, Vector256<byte> spread) =>
        Avx2.Shuffle(Vector256.Create(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref row, at))).AsByte(), spread)
            .AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Shifted(Vector128<int> sum) =>
        (sum + Vector128.Create(Half)) >> AxisWeights.FractionBits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> Packed(Vector256<int> sum)
    {
        Vector256<int> shifted = sum >> AxisWeights.FractionBits;
        return Sse2.PackSignedSaturate(shifted.GetLower(), shifted.GetUpper());
    }

    // Three bytes and no fourth, which would be the next pixel's.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(ref byte target, uint rgb)
    {
        Unsafe.WriteUnaligned(ref target, (ushort)rgb);
        Unsafe.Add(ref target, 2) = (byte)(rgb >> 16);
    }
}
