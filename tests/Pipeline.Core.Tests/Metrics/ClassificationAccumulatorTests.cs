using FsCheck;
using FsCheck.Fluent;
using Pipeline.Core.Contracts;
using Pipeline.Core.Metrics;

namespace Pipeline.Core.Tests.Metrics;

public sealed class ClassificationAccumulatorTests
{
    private const int Classes = 4;

    /// <summary>
    /// Rows of eighths, so that ties are common; a ninth value stands for NaN, and truth -1 for a missing label.
    /// </summary>
    private static readonly Arbitrary<List<(float[] Scores, int Truth)>> AnyRows = (
        from truth in Gen.Choose(-1, Classes - 1)
        from eighths in Gen.Choose(0, 40).Select(value => value == 40 ? float.NaN : (value % 9) / 8f).ArrayOf(Classes)
        select (eighths, truth)
    )
        .ListOf()
        .Select(rows => rows.ToList())
        .ToArbitrary();

    [Fact]
    public void ToReport_AnyRows_EqualsTheSlowMetrics() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                AnyRows,
                rows =>
                {
                    ClassificationReport report = Accumulate(rows).ToReport();
                    var slow = new SlowMetrics(rows, Classes);

                    Assert.Equal(slow.Count, report.Count);
                    Assert.Equal(rows.Count - slow.Count, report.Skipped);
                    if (slow.Count == 0)
                    {
                        return;
                    }

                    Assert.Equal(slow.MicroAccuracy, report.MicroAccuracy, 1e-12);
                    Assert.Equal(slow.MacroAccuracy, report.MacroAccuracy, 1e-12);
                    Assert.Equal(slow.LogLoss, report.LogLoss, 1e-12);
                    Assert.Equal(slow.CalibrationError, report.ExpectedCalibrationError, 1e-12);
                    Assert.All(
                        slow.TopK.Zip(report.TopKAccuracy),
                        pair => Assert.Equal(pair.First, pair.Second, 1e-12)
                    );
                    for (int truth = 0; truth < Classes; truth++)
                    {
                        Assert.Equal(slow.ClassLogLoss(truth), report.PerClass[truth].LogLoss, 1e-12);
                        Assert.All(
                            Enumerable.Range(0, Classes),
                            predicted =>
                                Assert.Equal(slow.Confusion(truth, predicted), report.Confusion[truth][predicted])
                        );
                    }

                    if (report.PerClass.Count(c => c.Support > 0) > 1)
                    {
                        Assert.Equal(slow.LogLossReduction, report.LogLossReduction, 1e-9); // a small entropy divides
                    }
                }
            )
        );

    [Fact]
    public void ToReport_AnyRows_IsConsistentInItself() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                AnyRows,
                rows =>
                {
                    ClassificationReport report = Accumulate(rows).ToReport();

                    Assert.Equal(report.Count, report.Confusion.Sum(row => row.Sum()));
                    Assert.Equal(report.Count, report.PerClass.Sum(c => c.Predicted));
                    Assert.Equal(report.Count, report.Calibration.Sum(bin => bin.Count));
                    Assert.Equal(report.TopKAccuracy, report.TopKAccuracy.Order());
                    if (report.Count > 0)
                    {
                        Assert.Equal(1, report.TopKAccuracy[^1]);
                        Assert.Equal(report.MicroAccuracy, report.TopKAccuracy[0]);
                        Assert.InRange(
                            report.MicroAccuracy,
                            report.MicroAccuracyInterval.Low,
                            report.MicroAccuracyInterval.High
                        );
                        Assert.All(
                            report.PerClass.Where(c => c.Support + c.Predicted > 0),
                            c => Assert.InRange(c.F1, c.F1Interval.Low - 1e-12, c.F1Interval.High + 1e-12)
                        );
                    }
                }
            )
        );

    [Fact]
    public void ToReport_RowsInAnotherOrder_GivesTheSameCounts() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                AnyRows,
                rows =>
                {
                    ClassificationReport forward = Accumulate(rows).ToReport();
                    ClassificationReport backward = Accumulate(Enumerable.Reverse(rows)).ToReport();

                    Assert.Equal(forward.TopKAccuracy, backward.TopKAccuracy);
                    Assert.Equal(forward.Confusion.SelectMany(row => row), backward.Confusion.SelectMany(row => row));
                }
            )
        );

    [Theory]
    [InlineData(0f)]
    [InlineData(-3f)]
    [InlineData(1e-30f)]
    public void ToReport_ProbabilityBelowTheClip_LosesThatOfTheClip(float probability)
    {
        var accumulator = new ClassificationAccumulator(2);
        accumulator.Add([1f, probability], 1);

        Assert.Equal(-Math.Log(1e-15f), accumulator.ToReport().LogLoss);
    }

    [Fact]
    public void ToReport_ProbabilityAboveOne_LosesNothing()
    {
        var accumulator = new ClassificationAccumulator(2);
        accumulator.Add([1.0000001f, 0f], 0);

        Assert.Equal(0, accumulator.ToReport().LogLoss);
    }

    [Fact]
    public void ToReport_OneClassAlone_HasNoLogLossReduction()
    {
        var accumulator = new ClassificationAccumulator(2);
        accumulator.Add([0.5f, 0.5f], 0);

        Assert.False(double.IsFinite(accumulator.ToReport().LogLossReduction));
    }

    [Fact]
    public void ToReport_NoRows_IsUndefinedAndCountsZero()
    {
        ClassificationReport report = new ClassificationAccumulator(2).ToReport();

        Assert.Equal(0, report.Count);
        Assert.True(
            double.IsNaN(report.MicroAccuracy)
                && double.IsNaN(report.MacroAccuracy)
                && double.IsNaN(report.LogLoss)
                && double.IsNaN(report.ExpectedCalibrationError)
        );
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Add_ScoreThatIsNotFinite_IsSkippedAndCounted(float score)
    {
        var accumulator = new ClassificationAccumulator(2);

        accumulator.Add([score, 0.5f], 0);
        accumulator.Add([0.5f, 0.5f], -1);
        accumulator.Skip();

        Assert.Equal(0, accumulator.Count);
        Assert.Equal(3, accumulator.Skipped);
    }

    [Fact]
    public void Add_WrongShape_IsRefused()
    {
        var accumulator = new ClassificationAccumulator(2);

        Assert.Throws<ArgumentException>(() => accumulator.Add([1f, 0f, 0f], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => accumulator.Add([1f, 0f], 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ClassificationAccumulator(1));
        Assert.Throws<ArgumentException>(() => accumulator.ToReport(new LabelSet(["a", "b", "c"])));
    }

    private static ClassificationAccumulator Accumulate(IEnumerable<(float[] Scores, int Truth)> rows)
    {
        var accumulator = new ClassificationAccumulator(Classes);
        foreach ((float[] scores, int truth) in rows)
        {
            accumulator.Add(scores, truth);
        }

        return accumulator;
    }
}
