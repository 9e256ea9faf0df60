namespace Pipeline.Export.Quantization.Calibration;

/// <summary>The exponential moving average of each image's extremes: a &lt;- a + 0.01 (x - a), started with the first image's.</summary>
/// <remarks>Source of the idea: Jacob et al. 2017, arXiv:1712.05877, section 3.1. Checked in <c>RangeCollectorTests</c>.</remarks>
internal sealed class MovingAverageCollector : RangeCollector
{
    /// <summary>Weight of a new image.</summary>
    internal const double Rate = 0.01;

    private double min;
    private double max;
    private bool started;

    internal override ValueRange Range => new((float)min, (float)max);

    internal override void Observe(ReadOnlySpan<float> image)
    {
        ValueRange seen = MinMax(image);
        double rate = started ? Rate : 1;
        started = true;
        min += rate * (seen.Min - min);
        max += rate * (seen.Max - max);
    }
}
