using System.Globalization;
using Pipeline.Core.Metrics;

namespace Pipeline.Inference.Reporting;

/// <summary>An evaluation as the cells of two short tables: the totals, and a row per class. Pure functions of the report, invariant culture.</summary>
public static class EvaluationTable
{
    /// <summary>Headings of <see cref="Classes"/>.</summary>
    public static IReadOnlyList<string> ClassColumns { get; } = ["class", "images", "precision", "recall", "F1", "log-loss"];

    /// <summary>The totals as name and value, in the order to show them.</summary>
    /// <param name="report">What was found.</param>
    /// <returns>Rows of two cells.</returns>
    public static IReadOnlyList<IReadOnlyList<string>> Totals(ClassificationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return
        [
            ["images", Count(report.Count)],
            ["skipped", Count(report.Skipped)],
            ["micro accuracy", Share(report.MicroAccuracy)],
            ["  95 % interval", $"{Share(report.MicroAccuracyInterval.Low)} to {Share(report.MicroAccuracyInterval.High)}"],
            .. report.Rejected == 0 ? Array.Empty<IReadOnlyList<string>>() : [["rejected", Count(report.Rejected)], ["accuracy of the others", Share(report.AcceptedAccuracy)]],
            ["macro accuracy", Share(report.MacroAccuracy)],
            ["log-loss", Number(report.LogLoss)],
            ["log-loss reduction", Number(report.LogLossReduction)],
            ["calibration error", Number(report.ExpectedCalibrationError)],
        ];
    }

    /// <summary>The figures per class.</summary>
    /// <param name="report">What was found.</param>
    /// <returns>Rows of as many cells as <see cref="ClassColumns"/>.</returns>
    public static IReadOnlyList<IReadOnlyList<string>> Classes(ClassificationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return [.. report.PerClass.Select(row => (IReadOnlyList<string>)[row.Label, Count(row.Support), Share(row.Precision), Share(row.Recall), Share(row.F1), Number(row.LogLoss)])];
    }

    /// <summary>A share as per cent.</summary>
    /// <param name="value">In [0, 1]; one that is not finite shows as <c>-</c>.</param>
    /// <returns>Such as <c>82.5 %</c>.</returns>
    public static string Share(double value) => double.IsFinite(value) ? (value * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %" : "-";

    private static string Number(double value) => double.IsFinite(value) ? value.ToString("0.0000", CultureInfo.InvariantCulture) : "-";

    private static string Count(long value) => value.ToString(CultureInfo.InvariantCulture);
}
