using Pipeline.Core.Contracts;
using Pipeline.Core.Metrics;

namespace Pipeline.Core.Tests.Metrics;

/// <summary>
/// Every definition and every edge case at once, on rows small enough to be worked out on paper. Class c does not
/// occur; two rows are left out.
/// </summary>
public sealed class MetricDefinitionsTests
{
    private static readonly double Ln2 = Math.Log(2);
    private static readonly double Clip = -Math.Log(1e-15f);

    private static readonly ClassificationReport Report = Make();

    [Fact]
    public void Counts_RowsWithoutLabelOrFiniteScores_AreDroppedAndCounted()
    {
        Assert.Equal(4, Report.Count);
        Assert.Equal(3, Report.Skipped);
    }

    [Fact]
    public void Accuracy_EqualScores_GoToTheLowerIndex()
    {
        Assert.Equal(0.5, Report.MicroAccuracy);
        Assert.Equal(0.5, Report.MacroAccuracy); // recalls 1/2 and 1/2; c has none
        Assert.Equal([0.5, 1, 1], Report.TopKAccuracy); // ranks 0, 1, 0, 1
        Assert.Equal([1, 0, 1], Report.Confusion[0]);
        Assert.Equal([1, 1, 0], Report.Confusion[1]);
        Assert.Equal([0, 0, 0], Report.Confusion[2]);
    }

    [Fact]
    public void LogLoss_AProbabilityOfZero_IsClipped()
    {
        Assert.Equal(((2 * Ln2) + Clip) / 4, Report.LogLoss, 1e-12);
        // two equally frequent classes
        Assert.Equal((Ln2 - (((2 * Ln2) + Clip) / 4)) / Ln2, Report.LogLossReduction, 1e-12);
        Assert.Equal((Ln2 + Clip) / 2, Report.PerClass[0].LogLoss, 1e-12);
        Assert.Equal(Ln2 / 2, Report.PerClass[1].LogLoss, 1e-12);
        Assert.True(double.IsNaN(Report.PerClass[2].LogLoss));
    }

    [Fact]
    public void PerClass_AClassThatDoesNotOccur_HasAPrecisionAndNoRecall()
    {
        Assert.Equal(
            [(2L, 2L, 1L), (2L, 1L, 1L), (0L, 1L, 0L)],
            Report.PerClass.Select(row => (row.Support, row.Predicted, row.Correct))
        );
        Assert.Equal([0.5, 1, 0], Report.PerClass.Select(row => row.Precision));
        Assert.Equal([0.5, 0.5], Report.PerClass.Take(2).Select(row => row.Recall));
        Assert.True(double.IsNaN(Report.PerClass[2].Recall));
        Assert.Equal([0.5, 2 / 3.0, 0], Report.PerClass.Select(row => row.F1));
        Assert.True(double.IsNaN(Report.PerClass[2].RecallInterval.Low));
        Assert.Equal(0, Report.PerClass[2].PrecisionInterval.Low);
    }

    [Fact]
    public void Intervals_TwoOfFour_AreWilsons()
    {
        // z² = 3.8415: (0.5 + z²/8 ± 1.96 sqrt(0.0625 + z²/64)) / (1 + z²/4) = 0.5 ± 0.34996
        Assert.Equal(0.15004, Report.MicroAccuracyInterval.Low, 0.00001);
        Assert.Equal(0.84996, Report.MicroAccuracyInterval.High, 0.00001);
    }

    [Fact]
    public void CalibrationError_TwoBins_WeighsThemByTheirRows()
    {
        // Bin 7 holds both rows of confidence 0.5, one right: no error. The last bin, whose upper end is part of it,
        // both of confidence 1, one right: half its weight.
        Assert.Equal(0.25, Report.ExpectedCalibrationError);
        Assert.Equal(
            (2, 0.5, 0.5),
            (Report.Calibration[7].Count, Report.Calibration[7].MeanConfidence, Report.Calibration[7].Accuracy)
        );
        Assert.Equal(
            (2, 1, 0.5),
            (Report.Calibration[14].Count, Report.Calibration[14].MeanConfidence, Report.Calibration[14].Accuracy)
        );
        Assert.Equal(15, Report.Calibration.Length);
        Assert.True(double.IsNaN(Report.Calibration[0].Accuracy));
    }

    [Fact]
    public void Rejection_OneRowHeldBack_CountsInEverythingButTheAcceptedAccuracy()
    {
        Assert.Equal(1, Report.Rejected);
        Assert.Equal(2 / 3.0, Report.AcceptedAccuracy, 1e-15);
        Assert.Equal(Interval.Wilson(2, 3), Report.AcceptedAccuracyInterval);
    }

    private static ClassificationReport Make()
    {
        var accumulator = new ClassificationAccumulator(3);
        accumulator.Add([0.5f, 0.5f, 0], 0); // a tie won: right
        accumulator.Add([0.5f, 0.5f, 0], 1, isRejected: true); // a tie lost: rank 1
        accumulator.Add([0, 1, 0], 1); // right
        accumulator.Add([0, 0, 1], 0); // rank 1: b has an equal score and a higher index
        accumulator.Add([1, 0, 0], -1);
        accumulator.Add([float.NaN, 1, 0], 1);
        accumulator.Skip();
        return accumulator.ToReport(new LabelSet(["a", "b", "c"]));
    }
}
