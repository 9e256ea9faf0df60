using Pipeline.Export.Quantization.Calibration;

namespace Pipeline.Export.Tests.Quantization.Calibration;

public sealed class ActivationHistogramTests
{
    [Fact]
    public void Add_ValuesOfRisingSize_CountsAsIfBinnedAtTheFinalWidth()
    {
        float[] values = Values(2000);

        ActivationHistogram histogram = Histogram(values);

        Assert.Equal(Slow(values, histogram.Width), histogram.Counts.ToArray());
        Assert.Equal(values.Length, histogram.Total);
        Assert.Equal(new ValueRange(values.Min(), values.Max()), histogram.Extremes);
    }

    [Fact]
    public void Add_OtherOrder_GivesTheSameCounts()
    {
        float[] values = Values(500);

        Assert.Equal(Histogram(values).Counts.ToArray(), Histogram([.. values.Reverse()]).Counts.ToArray());
    }

    [Fact]
    public void Add_PowersOfTwo_CoverAtLeastAQuarterOfTheBins()
    {
        ActivationHistogram histogram = Histogram([0, 1.0001f]);

        Assert.Equal(2, histogram.Width * ActivationHistogram.Bins / 2);
    }

    internal static float[] Values(int count)
    {
        var random = new Random(11);
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(index =>
                    (float)((random.NextDouble() - 0.3) * Math.Exp(index / (count / 10.0) * random.NextDouble()))
                ),
        ];
    }

    /// <summary>One value at a time, so that the range grows as often as it can.</summary>
    internal static ActivationHistogram Histogram(float[] values)
    {
        var histogram = new ActivationHistogram();
        foreach (float value in values)
        {
            histogram.Add([value], new ValueRange(value, value));
        }

        return histogram;
    }

    private static long[] Slow(float[] values, double width) =>
        [
            .. Enumerable
                .Range(0, ActivationHistogram.Bins)
                .Select(bin =>
                    (long)values.Count(value => Math.Floor(value / width) == bin - (ActivationHistogram.Bins / 2))
                ),
        ];
}
