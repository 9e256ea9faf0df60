namespace Pipeline.Export.Quantization.Calibration;

/// <summary>
/// The moving average of each image's extremes: a &lt;- a + r (x - a), r = 1 / n for the n-th image until that is 0.01,
/// so that the first images do not decide.
/// </summary>
/// <remarks>
/// Source of the idea: Jacob et al. 2017, arXiv:1712.05877, section 3.1. Checked in <c>RangeCollectorTests</c>.
/// </remarks>
internal sealed class MovingAverageCollector : RangeCollector
{
    private const double SmallestRate = 0.01;

    private double min;
    private double max;
    private long count;

    internal override ValueRange Range => new((float)min, (float)max);

    internal override void Observe(ReadOnlySpan<float> image)
    {
        ValueRange seen = MinMax(image);
        double rate = Math.Max(1.0 / ++count, SmallestRate);
        min += rate * (seen.Min - min);
        max += rate * (seen.Max - max);
    }
}
