using System.Globalization;
using Pipeline.Core.Metrics;

namespace Pipeline.Inference.Reporting;

/// <summary>
/// An evaluation as the cells of two short tables: the totals, and a row per class. Pure functions of the report,
/// invariant culture.
/// </summary>
public static class EvaluationTable
{
    private const int MostClassesShown = 20;
    private const int WorstShown = 10;

    /// <summary>Headings of <see cref="Classes"/>.</summary>
    public static IReadOnlyList<string> ClassColumns { get; } =
    ["class", "images", "precision", "recall", "F1", "log-loss"];

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
            [
                "  95 % interval",
                $"{Share(report.MicroAccuracyInterval.Low)} to {Share(report.MicroAccuracyInterval.High)}",
            ],
            .. report.Rejected == 0
                ? Array.Empty<IReadOnlyList<string>>()
                :
                [
                    ["rejected", Count(report.Rejected)],
                    ["accuracy of the others", Share(report.AcceptedAccuracy)],
                ],
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
        return
        [
            .. report.PerClass.Select(row =>
                (IReadOnlyList<string>)
                    [
                        row.Label,
                        Count(row.Support),
                        Share(row.Precision),
                        Share(row.Recall),
                        Share(row.F1),
                        Number(row.LogLoss),
                    ]
            ),
        ];
    }

    /// <summary>
    /// Who was taken for whom: up to 20 classes as the whole confusion matrix, a row per true label; of more the ten
    /// classes with the lowest recall, and what each was taken for most often.
    /// </summary>
    /// <param name="report">What was found.</param>
    /// <returns>Headings, and rows of as many cells.</returns>
    public static (IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows) Confusion(
        ClassificationReport report
    )
    {
        ArgumentNullException.ThrowIfNull(report);
        return report.Labels.Length <= MostClassesShown ? WholeMatrix(report) : WorstRows(report);
    }

    /// <summary>A share as per cent.</summary>
    /// <param name="value">In [0, 1]; one that is not finite shows as <c>-</c>.</param>
    /// <returns>Such as <c>82.5 %</c>.</returns>
    public static string Share(double value) =>
        double.IsFinite(value) ? (value * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %" : "-";

    /// <summary>
    /// The ten classes with the lowest recall, and what each was taken for most often: for a matrix too wide to show.
    /// </summary>
    /// <param name="report">What was found.</param>
    /// <returns>Headings, and rows of as many cells.</returns>
    public static (IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows) WorstClasses(
        ClassificationReport report
    )
    {
        ArgumentNullException.ThrowIfNull(report);
        return WorstRows(report);
    }

    private static (IReadOnlyList<string>, IReadOnlyList<IReadOnlyList<string>>) WholeMatrix(
        ClassificationReport report
    ) =>
        (
            ["true label, predicted", .. report.Labels],
            [
                .. report.Labels.Select(
                    (label, truth) => (IReadOnlyList<string>)[label, .. report.Confusion[truth].Select(Count)]
                ),
            ]
        );

    private static (IReadOnlyList<string>, IReadOnlyList<IReadOnlyList<string>>) WorstRows(
        ClassificationReport report
    ) =>
        (
            ["true label", "images", "recall", "most often predicted instead", "times"],
            [
                .. report
                    .PerClass.Index()
                    .Where(row => row.Item.Support > 0)
                    .OrderBy(row => row.Item.Recall)
                    .Take(WorstShown)
                    .Select(row => Worst(report, row.Index, row.Item)),
            ]
        );

    private static IReadOnlyList<string> Worst(ClassificationReport report, int truth, ClassMetrics row)
    {
        (int found, long times) = report
            .Confusion[truth]
            .Index()
            .Where(cell => cell.Index != truth)
            .MaxBy(cell => cell.Item);
        return
        [
            row.Label,
            Count(row.Support),
            Share(row.Recall),
            times == 0 ? "-" : report.Labels[found],
            Count(times),
        ];
    }

    private static string Number(double value) =>
        double.IsFinite(value) ? value.ToString("0.0000", CultureInfo.InvariantCulture) : "-";

    private static string Count(long value) => value.ToString(CultureInfo.InvariantCulture);
}
