using System.Globalization;
using Pipeline.CommandLine;
using Pipeline.Core.Metrics;
using Pipeline.Trainer.Runs;

namespace Pipeline.Trainer.Cli.Output;

/// <summary>The models of a run as a table, and each beside the one before it.</summary>
internal static class ComparisonTable
{
    /// <summary>Writes both tables; the second only of two models or more.</summary>
    /// <param name="rows">The models, in the recipe's order.</param>
    /// <param name="published">Name of the model whose files stand at run level; <c>null</c> marks none.</param>
    internal static void Write(IReadOnlyList<ComparisonRow> rows, string? published)
    {
        ConsoleTable.Write(
            ["model", "accuracy", "parameters", "trained", "seconds"],
            rows.Select(row =>
                (IReadOnlyList<string>)
                    [
                        row.Model == published ? $"{row.Model} (published)" : row.Model,
                        row.MicroAccuracy.ToString("P1", CultureInfo.InvariantCulture),
                        row.Parameters.ToString("N0", CultureInfo.InvariantCulture),
                        row.TrainableParameters.ToString("N0", CultureInfo.InvariantCulture),
                        row.Seconds.ToString("0.0", CultureInfo.InvariantCulture),
                    ]
            ),
            numbers: true
        );

        IReadOnlyList<string>[] pairs = [.. Pairs(rows)];
        if (pairs.Length == 0)
        {
            return;
        }

        Console.WriteLine();
        ConsoleTable.Write(
            [
                "models",
                "both right",
                "only first",
                "only second",
                "neither",
                "difference",
                "95 % interval",
                "McNemar's p",
            ],
            pairs,
            numbers: true
        );
        Console.WriteLine(
            "The same images, answered by two models. difference: accuracy of the second minus the first's, "
                + "in percentage points. p: how likely so uneven an 'only first' and 'only second' is if both "
                + "models are equally good."
        );
    }

    /// <summary>Each model beside the one before it.</summary>
    /// <param name="rows">The models, in the recipe's order.</param>
    /// <returns>Cells as in the second table.</returns>
    internal static IEnumerable<IReadOnlyList<string>> Pairs(IReadOnlyList<ComparisonRow> rows) =>
        from row in rows
        let pair = row.Against is [.., ModelPair last] ? last : null
        where pair is not null
        select (IReadOnlyList<string>)[$"{pair.Model}, {row.Model}", .. Cells(pair.Counts)];

    private static string[] Cells(PairedCounts counts) =>
        [
            Text($"{counts.BothRight:N0}"),
            Text($"{counts.OnlyFirst:N0}"),
            Text($"{counts.OnlySecond:N0}"),
            Text($"{counts.NeitherRight:N0}"),
            PairedText.Difference(counts),
            PairedText.DifferenceInterval(counts),
            PairedText.McNemarP(counts),
        ];

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
