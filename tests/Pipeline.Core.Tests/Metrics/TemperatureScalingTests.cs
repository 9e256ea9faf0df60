using Pipeline.Core.Metrics;

namespace Pipeline.Core.Tests.Metrics;

public sealed class TemperatureScalingTests
{
    [Theory]
    [InlineData(0.5, 2)]
    [InlineData(0.5, 5)]
    [InlineData(3, 2)]
    [InlineData(3, 5)]
    [InlineData(1, 10)]
    public void Fit_LabelsDrawnAtATemperature_RecoversItWithinFivePercent(double temperature, int classes)
    {
        (float[] logits, int[] truths) = Draw(seed: 1, rows: 20_000, classes, spread: 2, temperature);

        TemperatureFit? fit = TemperatureScaling.Fit(logits, truths, classes);

        Assert.Equal(20_000, fit?.Images);
        Assert.InRange(fit?.Temperature ?? 0, 0.95 * temperature, 1.05 * temperature);
        // of 20,000 images an honest model's error is about 0.01
        Assert.InRange(fit?.CalibrationErrorAfter ?? 1, 0, 0.02);
    }

    [Fact]
    public void Fit_RandomInput_NeverRaisesTheLogLoss()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            (int rows, int classes) = (random.Next(1, 40), random.Next(2, 6));
            (float[] logits, int[] truths) = Draw(
                seed,
                rows,
                classes,
                Math.Pow(10, random.Next(-2, 4)),
                Math.Pow(10, random.Next(-2, 3))
            );

            TemperatureFit? fit = TemperatureScaling.Fit(logits, truths, classes);

            Assert.NotNull(fit);
            Assert.InRange(fit.Temperature, TemperatureScaling.Lowest, TemperatureScaling.Highest);
            Assert.True(fit.LogLossAfter <= fit.LogLossBefore, $"seed {seed}: {fit}");
            Assert.Equal(LogLoss(logits, truths, classes, 1), fit.LogLossBefore, 1e-6);
            Assert.Equal(LogLoss(logits, truths, classes, fit.Temperature), fit.LogLossAfter, 1e-6);
        }
    }

    [Fact]
    public void Fit_SomeRowsWrong_NoScannedTemperatureIsBetter()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            (float[] logits, int[] truths) = Draw(seed, rows: 60, classes: 3, spread: 2, temperature: 2.5);

            TemperatureFit? fit = TemperatureScaling.Fit(logits, truths, 3);

            double best = Enumerable.Range(1, 2000).Min(step => LogLoss(logits, truths, 3, step * 0.01));
            Assert.InRange(fit?.LogLossAfter ?? double.NaN, 0, best + 1e-6);
        }
    }

    [Fact]
    public void Fit_NoRowWrong_KeepsOne()
    {
        TemperatureFit? fit = TemperatureScaling.Fit([2, 1, 0.5f, 1], [0, 1], 2);

        Assert.Equal(1, fit?.Temperature);
        Assert.Equal(fit?.LogLossBefore, fit?.LogLossAfter);
    }

    [Fact]
    public void Fit_SureAndAlwaysWrong_StopsAtTheHighest() =>
        Assert.Equal(TemperatureScaling.Highest, TemperatureScaling.Fit([5, 0, 0, 5], [1, 0], 2)?.Temperature);

    [Fact]
    public void Fit_AlmostSeparable_StopsAtTheLowest()
    {
        // one row hardly wrong, the others hardly right
        float[] logits = [.. Enumerable.Range(0, 1000).SelectMany(row => new[] { row == 0 ? -0.0001f : 0.001f, 0 })];

        Assert.Equal(TemperatureScaling.Lowest, TemperatureScaling.Fit(logits, new int[1000], 2)?.Temperature);
    }

    [Fact]
    public void Fit_SameForAllClasses_KeepsOne() =>
        Assert.Equal(1, TemperatureScaling.Fit([3, 3, 3, 3], [0, 1], 2)?.Temperature);

    [Fact]
    public void Fit_RowsWithoutLabelOrWithNaN_LeavesThemOut()
    {
        (float[] logits, int[] truths) = Draw(seed: 3, rows: 50, classes: 3, spread: 3, temperature: 2);
        TemperatureFit? plain = TemperatureScaling.Fit(logits, truths, 3);

        TemperatureFit? found = TemperatureScaling.Fit(
            [float.NaN, 1, 2, .. logits, 9, 8, 7, 1, float.PositiveInfinity, 2],
            [0, .. truths, -1, 1],
            3
        );

        Assert.Equal(plain, found);
        Assert.NotEqual(1, found?.Temperature);
    }

    [Fact]
    public void Fit_NoRow_GivesNothing() => Assert.Null(TemperatureScaling.Fit([], [], 2));

    [Fact]
    public void Fit_AnotherNumberOfLogits_IsRefused() =>
        Assert.Throws<ArgumentException>(() => TemperatureScaling.Fit([1, 2, 3], [0], 2));

    [Fact]
    public void Fit_ClassThatDoesNotExist_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => TemperatureScaling.Fit([1, 2], [2], 2));

    [Fact]
    public void Softmax_LargeLogits_DividesWithoutOverflow()
    {
        float[] probabilities = new float[3];

        TemperatureScaling.Softmax([2000, 1998, -2000], 2, probabilities);

        Assert.Equal(Math.E / (Math.E + 1), probabilities[0], 1e-6);
        Assert.Equal(1 / (Math.E + 1), probabilities[1], 1e-6);
        Assert.Equal(0, probabilities[2]);
    }

    /// <summary>Normal logits, and labels drawn from softmax(logits / temperature).</summary>
    private static (float[] Logits, int[] Truths) Draw(
        int seed,
        int rows,
        int classes,
        double spread,
        double temperature
    )
    {
        var random = new Random(seed);
        float[] logits = [.. Enumerable.Range(0, rows * classes).Select(_ => (float)(spread * Normal(random)))];
        return (logits, [.. logits.Chunk(classes).Select(row => Pick(row, temperature, random.NextDouble()))]);
    }

    /// <summary>By Box and Muller.</summary>
    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static int Pick(float[] row, double temperature, double share)
    {
        double[] weights = [.. row.Select(logit => Math.Exp((logit - row.Max()) / temperature))];
        double left = share * weights.Sum();
        int label = Array.FindIndex(weights, weight => (left -= weight) < 0);
        return label < 0 ? Array.IndexOf(row, row.Max()) : label;
    }

    /// <summary>By the definition: mean of -ln p, p clipped to [1e-15, 1].</summary>
    private static double LogLoss(float[] logits, int[] truths, int classes, double temperature) =>
        logits
            .Chunk(classes)
            .Zip(
                truths,
                (row, truth) =>
                {
                    double[] weights = [.. row.Select(logit => Math.Exp((logit - row.Max()) / temperature))];
                    return -Math.Log(Math.Clamp((float)(weights[truth] / weights.Sum()), 1e-15f, 1f));
                }
            )
            .Average();
}
