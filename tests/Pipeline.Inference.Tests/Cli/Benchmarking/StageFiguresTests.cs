using Pipeline.Inference.Cli.Benchmarking;

namespace Pipeline.Inference.Tests.Cli.Benchmarking;

public sealed class StageFiguresTests
{
    [Theory]
    [InlineData(50, 5)]
    [InlineData(90, 9)]
    [InlineData(99, 10)]
    [InlineData(100, 10)]
    [InlineData(1, 1)]
    public void Percentile_OfTenDurations_IsTheNearestRank(double percent, double expected) =>
        Assert.Equal(expected, new StageFigures("x", 1, 1, [7, 1, 10, 3, 2, 9, 4, 8, 5, 6]).Percentile(percent));

    [Fact]
    public void Percentile_WithoutDurations_IsNoNumber() =>
        Assert.Equal(double.NaN, new StageFigures("x", 1, 1, []).Percentile(50));
}
