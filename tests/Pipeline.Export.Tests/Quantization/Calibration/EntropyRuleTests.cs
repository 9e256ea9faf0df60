using Pipeline.Export.Quantization.Calibration;

namespace Pipeline.Export.Tests.Quantization.Calibration;

public sealed class EntropyRuleTests
{
    [Fact]
    public void Divergence_FourBinsInTwoLevels_IsTheWorkedNumber()
    {
        // kept: 8 2 | 6 0, one value above; P = 8 2 6 1 / 17; Q = 5 5 | 6 - / 16, the empty last bin has the floor
        double expected =
            (8 / 17.0 * Math.Log(8 / 17.0 / (5 / 16.0)))
            + (2 / 17.0 * Math.Log(2 / 17.0 / (5 / 16.0)))
            + (6 / 17.0 * Math.Log(6 / 17.0 / (6 / 16.0)))
            + (1 / 17.0 * Math.Log(1 / 17.0 / EntropyRule.Floor));

        Assert.Equal(expected, EntropyRule.Divergence([8, 2, 6, 0, 1], 4, 2), 1e-12);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Choose_NormalValuesWithAnOutlier_FindsTheThresholdOfPlainCode(bool isSigned)
    {
        var random = new Random(4);
        float[] values =
        [
            .. Enumerable
                .Range(0, 20_000)
                .Select(_ =>
                    (float)(
                        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())
                    )
                )
                .Select(value => isSigned ? value : Math.Abs(value)),
            40,
            .. new float[30_000],
        ]; // the zeros of a ReLU
        ActivationHistogram histogram = ActivationHistogramTests.Histogram(values);

        ValueRange range = EntropyRule.Choose(histogram);

        Assert.Equal(
            (float)Plain([.. values.Where(value => value != 0)], histogram.Width, isSigned ? 128 : 256),
            range.Max
        );
        Assert.InRange(range.Max, 1, 20); // the outlier at 40 is not worth its resolution
        Assert.Equal(isSigned ? Math.Max(-range.Max, values.Min()) : values.Min(), range.Min);
    }

    /// <summary>The definition, with lists and no shortcuts.</summary>
    private static double Plain(float[] values, double width, int levels)
    {
        int[] bins =
        [
            .. values.Select(value => (int)Math.Floor(value < 0 ? -Math.Floor(value / width) - 1 : value / width)),
        ];
        int used = bins.Max() + 1;
        ILookup<int, int> byBin = bins.ToLookup(bin => bin);
        int[] counts = [.. Enumerable.Range(0, used).Select(bin => byBin[bin].Count())];
        var found = new List<(double Divergence, int Bins)>();
        foreach (int kept in EntropyRule.Candidates(levels, used))
        {
            double[] p = [.. counts.Take(kept).Select(count => (double)count)];
            double[] q = new double[kept];
            double inside = p.Sum();
            foreach (
                int[] level in Enumerable
                    .Range(0, levels)
                    .Select(level =>
                        Enumerable
                            .Range(0, kept)
                            .Skip(level * kept / levels)
                            .Take(((level + 1) * kept / levels) - (level * kept / levels))
                            .ToArray()
                    )
            )
            {
                int[] occupied = [.. level.Where(bin => counts[bin] > 0)];
                foreach (int bin in occupied)
                {
                    q[bin] = level.Sum(other => p[other]) / occupied.Length / inside;
                }
            }

            p[^1] += values.Length - inside;
            found.Add(
                (
                    p.Zip(
                            q,
                            (left, right) =>
                                left == 0
                                    ? 0
                                    : left
                                        / values.Length
                                        * Math.Log(left / values.Length / Math.Max(right, EntropyRule.Floor))
                        )
                        .Sum(),
                    kept
                )
            );
        }

        return found.MinBy(candidate => candidate.Divergence).Bins * width;
    }
}
