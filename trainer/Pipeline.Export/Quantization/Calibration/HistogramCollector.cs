namespace Pipeline.Export.Quantization.Calibration;

/// <summary>Counts values into a histogram and lets a rule choose the range at the end.</summary>
internal sealed class HistogramCollector(Func<ActivationHistogram, ValueRange> rule) : RangeCollector
{
    private readonly ActivationHistogram histogram = new();

    internal override ValueRange Range => rule(histogram);

    internal override void Observe(ReadOnlySpan<float> image) => histogram.Add(image, MinMax(image));
}
