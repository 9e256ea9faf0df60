using Pipeline.Core.Metrics;

namespace Pipeline.Core.Tests.Metrics;

public sealed class IntervalTests
{
    [Theory] // Newcombe 1998, Statistics in Medicine 17, table I, method 3
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0.0000, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void Wilson_PublishedCounts_GivesThePublishedInterval(long successes, long trials, double low, double high)
    {
        Interval interval = Interval.Wilson(successes, trials);

        Assert.Equal(low, interval.Low, 0.00005);
        Assert.Equal(high, interval.High, 0.00005);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(7, 7)]
    [InlineData(1, 3)]
    [InlineData(999_999, 1_000_000)]
    public void Wilson_AnyCounts_HoldsTheShareAndStaysInside(long successes, long trials)
    {
        Interval interval = Interval.Wilson(successes, trials);

        Assert.InRange((double)successes / trials, interval.Low, interval.High);
        Assert.InRange(interval.Low, 0, 1);
        Assert.InRange(interval.High, 0, 1);
        Assert.True(interval.High > interval.Low);
    }

    [Fact]
    public void Wilson_NoTrials_IsUndefined()
    {
        Interval interval = Interval.Wilson(0, 0);

        Assert.True(double.IsNaN(interval.Low) && double.IsNaN(interval.High));
    }

    [Theory]
    [InlineData(-1, 3)]
    [InlineData(4, 3)]
    public void Wilson_ImpossibleCounts_IsRefused(long successes, long trials) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Interval.Wilson(successes, trials));
}
