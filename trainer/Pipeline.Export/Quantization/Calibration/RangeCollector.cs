using Pipeline.Core.Errors;

namespace Pipeline.Export.Quantization.Calibration;

/// <summary>Watches one activation over all calibration images, in memory that does not grow with them.</summary>
internal abstract class RangeCollector
{
    /// <summary>Takes the values of one image. What comes out must not depend on how images were batched.</summary>
    internal abstract void Observe(ReadOnlySpan<float> image);

    /// <summary>The range so far; of no use before the first image.</summary>
    internal abstract ValueRange Range { get; }

    /// <summary>Makes the collector of a method.</summary>
    internal static RangeCollector Create(CalibrationMethod method, double percentile) =>
        method switch
        {
            CalibrationMethod.MinMax => new MinMaxCollector(),
            CalibrationMethod.MovingAverage => new MovingAverageCollector(),
            CalibrationMethod.Percentile => new HistogramCollector(histogram =>
                PercentileRule.Choose(histogram, percentile)
            ),
            CalibrationMethod.Entropy => new HistogramCollector(EntropyRule.Choose),
            _ => throw new ArgumentOutOfRangeException(nameof(method), method, "Expected a calibration method."),
        };

    /// <summary>Smallest and largest value.</summary>
    /// <exception cref="ExportException">A value is NaN or infinite.</exception>
    protected static ValueRange MinMax(ReadOnlySpan<float> values)
    {
        float min = float.PositiveInfinity,
            max = float.NegativeInfinity;
        float sum = 0; // x * 0 is NaN for NaN and for infinity, and NaN stays
        foreach (float value in values)
        {
            min = value < min ? value : min;
            max = value > max ? value : max;
            sum += value * 0;
        }

        return float.IsNaN(sum) ? throw new ExportException("A value is not finite.") : new ValueRange(min, max);
    }
}
