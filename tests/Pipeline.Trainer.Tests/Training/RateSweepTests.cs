using Pipeline.Trainer.Training;

namespace Pipeline.Trainer.Tests.Training;

public sealed class RateSweepTests
{
    [Fact]
    public void Of_LossThatFallsAlongALogistic_SuggestsItsMiddle()
    {
        // 2 - 1 / (1 + e^(-(x - 20) / 2)) for step x: steepest at 20, then it runs away
        RatePoint[] points =
        [
            .. Enumerable
                .Range(0, 40)
                .Select(step => Point(step, step < 33 ? 2 - (1 / (1 + Math.Exp((20 - step) / 2.0))) : 3 + step)),
        ];

        RateSweep sweep = RateSweep.FromPoints(points);

        Assert.Equal(points[20].LearningRate, sweep.Suggested);
    }

    [Fact]
    public void Of_LossThatOnlyRises_SuggestsNothing() =>
        Assert.Null(RateSweep.FromPoints([.. Enumerable.Range(0, 40).Select(step => Point(step, 1 + step))]).Suggested);

    [Fact]
    public void Of_FewSteps_SuggestsNothing() =>
        Assert.Null(RateSweep.FromPoints([.. Enumerable.Range(0, 7).Select(step => Point(step, 9 - step))]).Suggested);

    [Fact]
    public void Of_NoStep_SuggestsNothing() => Assert.Null(RateSweep.FromPoints([]).Suggested);

    [Fact]
    public void At_FirstMiddleAndLastStep_AreEvenOnALogarithm()
    {
        var range = new RateRange(1e-6, 1, 101);

        Assert.Equal(1e-6, range.At(0), 1e-15);
        Assert.Equal(1e-3, range.At(50), 1e-12);
        Assert.Equal(1, range.At(100), 1e-12);
    }

    private static RatePoint Point(int step, double loss) => new(1e-6 * Math.Pow(1.3, step), loss, loss);
}
