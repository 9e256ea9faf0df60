namespace Pipeline.Export.Quantization.Calibration;

/// <summary>
/// The threshold T for which 8 bits over [0, T] (or [-T, T] when there are negative values) lose least information: for
/// each T, P is the histogram of |x| with everything above T counted at T, Q is the histogram up to T merged into the
/// levels there are and spread evenly over the bins that were not empty; T minimises the sum of P ln(P / Q). Values
/// that are exactly 0 are left out: every scale has them exactly, and behind a ReLU they would outweigh all others.
/// </summary>
/// <remarks>
/// Source: Migacz 2017, "8-bit inference with TensorRT", slides 31 to 38. Checked against plain code in
/// <c>EntropyRuleTests</c>.
/// </remarks>
internal static class EntropyRule
{
    /// <summary>Share that a bin of Q has at least, so that no divergence is infinite.</summary>
    internal const double Floor = 1e-9;

    private const int Half = ActivationHistogram.Bins / 2;

    /// <summary>Chooses the range.</summary>
    internal static ValueRange Choose(ActivationHistogram histogram)
    {
        bool isSigned = histogram.Extremes.Min < 0;
        long[] magnitudes = Magnitudes(histogram.Counts);
        magnitudes[0] -= histogram.Zeros;
        int used = 1 + Array.FindLastIndex(magnitudes, count => count > 0);
        int levels = isSigned ? 128 : 256;
        int best = used;
        double least = double.PositiveInfinity;
        foreach (int bins in Candidates(levels, used))
        {
            double divergence = Divergence(magnitudes.AsSpan(0, used), bins, levels);
            if (divergence < least)
            {
                (least, best) = (divergence, bins);
            }
        }

        float threshold = (float)(best * histogram.Width);
        return new ValueRange(
            Math.Max(-threshold, histogram.Extremes.Min),
            Math.Min(threshold, histogram.Extremes.Max)
        );
    }

    /// <summary>
    /// Every eighth threshold, and the one that clips nothing: finer steps change the threshold by less than a quarter
    /// of a per cent.
    /// </summary>
    internal static IEnumerable<int> Candidates(int levels, int used)
    {
        for (int bins = levels; bins < used; bins += 8)
        {
            yield return bins;
        }

        yield return Math.Max(used, 1);
    }

    /// <summary>Counts by |x|: bin -1 lies as far from zero as bin 0.</summary>
    private static long[] Magnitudes(ReadOnlySpan<long> counts)
    {
        var magnitudes = new long[Half];
        for (int index = 0; index < Half; index++)
        {
            magnitudes[index] = counts[Half + index] + counts[Half - 1 - index];
        }

        return magnitudes;
    }

    /// <summary>The divergence of Q from P when the first <paramref name="bins"/> bins are kept.</summary>
    internal static double Divergence(ReadOnlySpan<long> counts, int bins, int levels)
    {
        double total = 0,
            kept = 0;
        for (int index = 0; index < counts.Length; index++)
        {
            total += counts[index];
            kept += index < bins ? counts[index] : 0;
        }

        if (kept == 0)
        {
            return double.PositiveInfinity;
        }

        double divergence = 0;
        for (int level = 0; level < levels; level++)
        {
            int first = (int)((long)level * bins / levels),
                end = (int)((long)(level + 1) * bins / levels);
            double sum = 0;
            int occupied = 0;
            for (int index = first; index < end; index++)
            {
                sum += counts[index];
                occupied += counts[index] > 0 ? 1 : 0;
            }

            for (int index = first; index < end; index++)
            {
                double p = (counts[index] + (index == bins - 1 ? total - kept : 0)) / total;
                double q = counts[index] > 0 ? Math.Max(sum / occupied / kept, Floor) : Floor;
                divergence += p > 0 ? p * Math.Log(p / q) : 0;
            }
        }

        return divergence;
    }
}
