namespace Pipeline.Export.Quantization.Calibration;

/// <summary>The extremes over all images.</summary>
internal sealed class MinMaxCollector : RangeCollector
{
    private ValueRange range = new(float.PositiveInfinity, float.NegativeInfinity);

    internal override ValueRange Range => range;

    internal override void Observe(ReadOnlySpan<float> image)
    {
        ValueRange seen = MinMax(image);
        range = new ValueRange(Math.Min(range.Min, seen.Min), Math.Max(range.Max, seen.Max));
    }
}
