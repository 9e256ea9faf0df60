using Pipeline.Core.Errors;
using Pipeline.Export.Quantization.Calibration;

namespace Pipeline.Export.Tests.Quantization.Calibration;

public sealed class RangeCollectorTests
{
    [Fact]
    public void MinMax_Images_GivesTheExtremes()
    {
        ValueRange range = Collect(CalibrationMethod.MinMax, 99, [1, -2, 3], [0, 7, -1]);

        Assert.Equal(new ValueRange(-2, 7), range);
    }

    [Fact]
    public void MovingAverage_Images_FollowsTheFormula()
    {
        float[][] images =
        [
            [0, 10],
            [-3, 20],
            .. Enumerable.Repeat<float[]>([-1.5f, 15], 98),
            [0, 115],
        ];

        ValueRange range = Collect(CalibrationMethod.MovingAverage, 99, images);

        // the mean of the first hundred, -1.5 and 15; then the hundred and first counts 0.01: 15 + 0.01 x 100, -1.5 +
        // 0.01 x 1.5
        Assert.Equal(16, range.Max, 1e-5f);
        Assert.Equal(-1.485f, range.Min, 1e-5f);
    }

    [Theory]
    [InlineData(99)]
    [InlineData(99.9)]
    [InlineData(80)]
    public void Percentile_ManyValues_IsWithinABinOfTheSortedOnes(double percentile)
    {
        float[] values = ActivationHistogramTests.Values(5000);
        float[] sorted = [.. values.Order()];
        int outside = (int)Math.Floor(values.Length * (100 - percentile) / 200);
        double width = ActivationHistogramTests.Histogram(values).Width;

        ValueRange range = Collect(CalibrationMethod.Percentile, percentile, values[..2000], values[2000..]);

        Assert.InRange(range.Min, sorted[outside] - width, sorted[outside]);
        Assert.InRange(range.Max, sorted[^(outside + 1)], sorted[^(outside + 1)] + width);
    }

    [Fact]
    public void Percentile_Hundred_KeepsTheExtremes()
    {
        float[] values = ActivationHistogramTests.Values(1000);

        Assert.Equal(new ValueRange(values.Min(), values.Max()), Collect(CalibrationMethod.Percentile, 100, values));
    }

    [Theory]
    [InlineData(CalibrationMethod.MinMax)]
    [InlineData(CalibrationMethod.MovingAverage)]
    [InlineData(CalibrationMethod.Percentile)]
    [InlineData(CalibrationMethod.Entropy)]
    public void Observe_NotFinite_NamesTheActivation(CalibrationMethod method)
    {
        var table = new CalibrationTable(["conv1"], method);

        ExportException error = Assert.Throws<ExportException>(() => table.Observe("conv1", [1, 2], [1, float.NaN]));

        Assert.StartsWith(
            "Activation 'conv1' is NaN or infinite on a calibration image",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(CalibrationMethod.MinMax)]
    [InlineData(CalibrationMethod.MovingAverage)]
    [InlineData(CalibrationMethod.Percentile)]
    [InlineData(CalibrationMethod.Entropy)]
    public void Observe_OtherBatches_GivesTheSameRange(CalibrationMethod method)
    {
        float[] values = ActivationHistogramTests.Values(60);
        var whole = new CalibrationTable(["t"], method);
        var single = new CalibrationTable(["t"], method);

        whole.Observe("t", [6, 10], values);
        for (int image = 0; image < 6; image++)
        {
            single.Observe("t", [1, 10], values.AsSpan(image * 10, 10));
        }

        Assert.Equal(whole.Range("t"), single.Range("t"));
        Assert.Equal(whole.Means("t"), single.Means("t"));
    }

    [Fact]
    public void Means_TwoImages_AreByChannel()
    {
        var table = new CalibrationTable(["t"], CalibrationMethod.MinMax);

        table.Observe("t", [2, 2, 1, 2], [1, 3, 10, 20, 5, 7, 30, 40]);

        Assert.Equal([4, 25], table.Means("t"));
    }

    [Fact]
    public void Range_NothingSeen_SaysWhatToDo()
    {
        ExportException error = Assert.Throws<ExportException>(() =>
            new CalibrationTable(["t"], CalibrationMethod.MinMax).Range("t")
        );

        Assert.Contains(
            "Activation 't' was not seen on any calibration image",
            error.Message,
            StringComparison.Ordinal
        );
    }

    private static ValueRange Collect(CalibrationMethod method, double percentile, params float[][] images)
    {
        RangeCollector collector = RangeCollector.Create(method, percentile);
        foreach (float[] image in images)
        {
            collector.Observe(image);
        }

        return collector.Range;
    }
}
