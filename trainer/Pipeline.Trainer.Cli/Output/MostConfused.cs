using System.Globalization;
using Pipeline.Core.Metrics;

namespace Pipeline.Trainer.Cli.Output;

/// <summary>The pair of classes that a model takes for each other most often, in one direction.</summary>
internal static class MostConfused
{
    /// <summary>Finds it.</summary>
    /// <param name="report">An evaluation. Borrowed.</param>
    /// <returns>
    /// Such as <c>; apple_pie was taken for bread_pudding most often, 12 times</c>, the first pair of several; empty
    /// when no image was wrong.
    /// </returns>
    internal static string Describe(ClassificationReport report)
    {
        (int truth, int found, long count) = Pairs(report).DefaultIfEmpty().MaxBy(pair => pair.Count);
        return count == 0
            ? string.Empty
            : string.Create(
                CultureInfo.InvariantCulture,
                $"; {report.Labels[truth]} was taken for {report.Labels[found]} most often, "
                    + $"{count} {(count == 1 ? "time" : "times")}"
            );
    }

    private static IEnumerable<(int Truth, int Found, long Count)> Pairs(ClassificationReport report) =>
        from truth in Enumerable.Range(0, report.Labels.Length)
        from found in Enumerable.Range(0, report.Labels.Length)
        where truth != found
        select (truth, found, report.Confusion[truth][found]);
}
