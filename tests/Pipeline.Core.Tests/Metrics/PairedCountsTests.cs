using Pipeline.Core.Metrics;

namespace Pipeline.Core.Tests.Metrics;

public sealed class PairedCountsTests
{
    // Agresti, Categorical Data Analysis, table 10.1: 1600 people asked twice
    private static readonly PairedCounts Approval = new(794, 150, 86, 570);

    [Fact]
    public void With_EachOutcome_CountsIt()
    {
        PairedCounts counts = default(PairedCounts)
            .With(true, true)
            .With(true, false)
            .With(true, false)
            .With(false, true)
            .With(false, false);

        Assert.Equal(new PairedCounts(1, 2, 1, 1), counts);
        Assert.Equal(5, counts.Count);
    }

    [Fact]
    public void Difference_OfThePublishedTable_IsThePublishedOne()
    {
        Assert.Equal((880 - 944) / 1600.0, Approval.Difference, 15);
    }

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(0, 1, 1)]
    [InlineData(5, 5, 1)]
    [InlineData(0, 6, 2.0 / 64)] // 2·1/2^6
    [InlineData(9, 1, 22.0 / 1024)] // 2·(1 + 10)/2^10
    [InlineData(1, 9, 22.0 / 1024)]
    // from here on: Python's fractions.Fraction over math.comb, every term exact
    [InlineData(150, 86, 3.715936139571442e-05)]
    [InlineData(150, 210, 0.0018340074170964875)]
    [InlineData(4000, 4200, 0.027972423571324383)]
    [InlineData(3, 60, 9.048317650695026e-15)]
    [InlineData(12, 900, 3.7629571216340766e-248)]
    public void McNemarP_AnyCounts_IsTheExactBinomial(long onlyFirst, long onlySecond, double expected)
    {
        double p = new PairedCounts(1000, onlyFirst, onlySecond, 7).McNemarP;

        Assert.Equal(1, p / expected, 10);
    }

    [Fact]
    public void McNemarP_BeyondTheSmallestDouble_IsZeroAndNotMore()
    {
        Assert.Equal(0, new PairedCounts(0, 0, 100_000, 0).McNemarP);
        Assert.Equal(1, new PairedCounts(0, 500_000, 500_000, 0).McNemarP);
    }

    [Theory]
    // from the marginal variances and the covariance, in Python
    [InlineData(794, 150, 86, 570, -0.0586829357, -0.0212171891)]
    [InlineData(12, 9, 2, 21, -0.2930688334, -0.0112789926)] // -7/46 -+ 1.96·sqrt((12/46 - (7/46)²)/46)
    [InlineData(50, 0, 0, 50, -0.0192153332, 0.0192153332)] // two models alike on 100 images may still differ
    [InlineData(0, 0, 10, 0, 0.5666160180, 1)] // cut off at 1
    public void DifferenceInterval_OfCounts_IsTheFormulas(
        long both,
        long onlyFirst,
        long onlySecond,
        long neither,
        double low,
        double high
    )
    {
        Interval interval = new PairedCounts(both, onlyFirst, onlySecond, neither).DifferenceInterval;

        Assert.Equal(low, interval.Low, 9);
        Assert.Equal(high, interval.High, 9);
    }

    [Theory]
    [InlineData(40, 0.10, 0.20)]
    [InlineData(40, 0.05, 0.25)]
    [InlineData(30, 0.20, 0.20)]
    [InlineData(60, 0.02, 0.10)]
    public void DifferenceInterval_OverAllOutcomes_HoldsTheTruthIn95OfHundred(
        int images,
        double onlyFirst,
        double onlySecond
    )
    {
        double covered = 0;
        for (int first = 0; first <= images; first++)
        {
            for (int second = 0; first + second <= images; second++)
            {
                Interval interval = new PairedCounts(0, first, second, images - first - second).DifferenceInterval;
                double truth = onlySecond - onlyFirst;
                covered +=
                    interval.Low <= truth && truth <= interval.High
                        ? Trinomial(images, first, second, onlyFirst, onlySecond)
                        : 0;
            }
        }

        Assert.InRange(covered, 0.94, 0.96);
    }

    [Fact]
    public void Figures_WithoutAnImage_AreUndefined()
    {
        PairedCounts none = default;

        Assert.True(
            double.IsNaN(none.Difference)
                && double.IsNaN(none.DifferenceInterval.Low)
                && double.IsNaN(none.DifferenceInterval.High)
        );
        Assert.Equal(1, none.McNemarP);
    }

    private static double Trinomial(int n, int a, int b, double p, double q)
    {
        double log = LogFactorial(n) - LogFactorial(a) - LogFactorial(b) - LogFactorial(n - a - b);
        return Math.Exp(log + (a * Math.Log(p)) + (b * Math.Log(q)) + ((n - a - b) * Math.Log(1 - p - q)));
    }

    private static double LogFactorial(int n) => Enumerable.Range(1, n).Sum(value => Math.Log(value));
}
