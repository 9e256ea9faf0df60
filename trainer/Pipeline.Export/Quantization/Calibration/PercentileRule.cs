namespace Pipeline.Export.Quantization.Calibration;

/// <summary>
/// The range that holds p percent of the values, with equal shares left out below and above; to the width of a bin.
/// </summary>
internal static class PercentileRule
{
    /// <summary>Chooses the range.</summary>
    /// <param name="histogram">At least one value.</param>
    /// <param name="percentile">In (50, 100]; 100 keeps everything.</param>
    internal static ValueRange Choose(ActivationHistogram histogram, double percentile)
    {
        double outside = histogram.Total * (100 - percentile) / 200;
        int first = 0,
            last = ActivationHistogram.Bins - 1;
        for (double below = histogram.Counts[first]; below <= outside; below += histogram.Counts[first])
        {
            first++;
        }

        for (double above = histogram.Counts[last]; above <= outside; above += histogram.Counts[last])
        {
            last--;
        }

        double low = (first - (ActivationHistogram.Bins / 2)) * histogram.Width;
        double high = (last + 1 - (ActivationHistogram.Bins / 2)) * histogram.Width;
        return new ValueRange(
            (float)Math.Max(low, histogram.Extremes.Min),
            (float)Math.Min(high, histogram.Extremes.Max)
        );
    }
}
