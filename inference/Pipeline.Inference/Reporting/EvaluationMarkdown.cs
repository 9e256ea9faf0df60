using System.Globalization;
using System.Text;
using Pipeline.Core.Metrics;

namespace Pipeline.Inference.Reporting;

/// <summary>An evaluation as two short Markdown tables: the totals, and a row per class. A pure function of the report.</summary>
public static class EvaluationMarkdown
{
    /// <summary>Writes the tables.</summary>
    /// <param name="report">What was found.</param>
    /// <returns>Markdown text that ends with a line end. A value that is not defined shows as <c>-</c>.</returns>
    public static string Render(ClassificationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var text = new StringBuilder("| metric | value |\n|---|---:|\n");
        foreach ((string name, string value) in Totals(report))
        {
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {value} |\n");
        }

        text.Append("\n| class | images | precision | recall | F1 | log-loss |\n|---|---:|---:|---:|---:|---:|\n");
        foreach (ClassMetrics row in report.PerClass)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {row.Label} | {row.Support} | {Share(row.Precision)} | {Share(row.Recall)} | {Share(row.F1)} | {Number(row.LogLoss)} |\n");
        }

        return text.ToString();
    }

    /// <summary>The totals as name and formatted value, in the order to show them.</summary>
    /// <param name="report">What was found.</param>
    /// <returns>Rows of a table.</returns>
    public static IReadOnlyList<(string Name, string Value)> Totals(ClassificationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return
        [
            ("images", report.Count.ToString(CultureInfo.InvariantCulture)),
            ("skipped", report.Skipped.ToString(CultureInfo.InvariantCulture)),
            ("micro accuracy", $"{Share(report.MicroAccuracy)} ({Share(report.MicroAccuracyInterval.Low)} to {Share(report.MicroAccuracyInterval.High)})"),
            ("macro accuracy", Share(report.MacroAccuracy)),
            ("log-loss", Number(report.LogLoss)),
            ("log-loss reduction", Number(report.LogLossReduction)),
            ("calibration error", Number(report.ExpectedCalibrationError)),
        ];
    }

    /// <summary>A share as per cent.</summary>
    /// <param name="value">In [0, 1], or NaN.</param>
    /// <returns>Such as <c>82.5 %</c>.</returns>
    public static string Share(double value) => double.IsFinite(value) ? (value * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %" : "-";

    /// <summary>A number with four decimals.</summary>
    /// <param name="value">Any, or NaN.</param>
    /// <returns>Such as <c>0.4127</c>.</returns>
    public static string Number(double value) => double.IsFinite(value) ? value.ToString("0.0000", CultureInfo.InvariantCulture) : "-";
}
