namespace Pipeline.Export.Quantization.Calibration;

/// <summary>
/// A histogram of fixed size whose range grows with the values: bins of equal width over [-L, L), L a power of two.
/// When a value lies outside, L doubles and neighbouring bins are joined, so the counts are those of binning everything
/// at the final width, in any order.
/// </summary>
internal sealed class ActivationHistogram
{
    /// <summary>Number of bins; at least a quarter of them covers the values.</summary>
    internal const int Bins = 8192;

    private const int Half = Bins / 2;
    private const int SmallestExponent = -40; // below 1e-12 everything is zero
    private readonly long[] counts = new long[Bins];
    private int exponent = SmallestExponent;

    /// <summary>
    /// Counts per bin; bin i holds [(i - Bins / 2) w, (i + 1 - Bins / 2) w), w the <see cref="Width"/>.
    /// </summary>
    internal ReadOnlySpan<long> Counts => counts;

    /// <summary>Width of a bin.</summary>
    internal double Width => Math.ScaleB(1.0, exponent) / Half;

    /// <summary>Number of values.</summary>
    internal long Total { get; private set; }

    /// <summary>Number of values that are exactly 0, such as behind a ReLU.</summary>
    internal long Zeros { get; private set; }

    /// <summary>Extremes of the values.</summary>
    internal ValueRange Extremes { get; private set; } = new(float.PositiveInfinity, float.NegativeInfinity);

    /// <summary>Adds values whose extremes are known.</summary>
    internal void Add(ReadOnlySpan<float> values, ValueRange extremes)
    {
        if (values.IsEmpty)
        {
            return;
        }

        Extremes = new ValueRange(Math.Min(Extremes.Min, extremes.Min), Math.Max(Extremes.Max, extremes.Max));
        while (extremes.Min < -Math.ScaleB(1.0, exponent) || extremes.Max >= Math.ScaleB(1.0, exponent))
        {
            Double();
        }

        float perUnit = (float)(1 / Width); // a power of two: the product is exact
        foreach (float value in values)
        {
            counts[(int)MathF.Floor(value * perUnit) + Half]++;
            Zeros += value == 0 ? 1 : 0;
        }

        Total += values.Length;
    }

    private void Double()
    {
        exponent++;
        long[] old = [.. counts];
        Array.Clear(counts);
        for (int index = 0; index < Bins; index++)
        {
            counts[((index - Half) >> 1) + Half] += old[index]; // the shift rounds down, also below zero
        }
    }
}
