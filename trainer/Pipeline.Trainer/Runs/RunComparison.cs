using Pipeline.Core.Errors;
using Pipeline.Core.Metrics;
using Pipeline.Trainer.Data;

namespace Pipeline.Trainer.Runs;

/// <summary>Sets the models of a run side by side, image by image, from the files that the run wrote.</summary>
internal static class RunComparison
{
    /// <summary>
    /// Compares each model with every one before it, on the labelled images that both could read. An answer that was
    /// held back counts as not right.
    /// </summary>
    /// <param name="run">The run, with <c>split.csv</c> and each model's predictions.</param>
    /// <param name="rows">A row per model, in the recipe's order.</param>
    /// <returns>The rows with <see cref="ComparisonRow.Against"/>; a pair without such an image is left out.</returns>
    /// <exception cref="DatasetException">A file is missing, or does not hold what the run wrote.</exception>
    public static IReadOnlyList<ComparisonRow> Compare(RunFolder run, IReadOnlyList<ComparisonRow> rows)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Count < 2)
        {
            return [.. rows.Select(row => row with { Against = [] })];
        }

        Dictionary<string, string> truth = CsvText
            .Read(run.Split, ["path", "label"])
            .Where(row => row[1].Length > 0)
            .ToDictionary(row => row[0], row => row[1], StringComparer.Ordinal);
        Dictionary<string, bool>[] answers =
        [
            .. rows.Select(row => Answers(run.Model(row.Model).EvaluatedPredictions, truth)),
        ];
        return
        [
            .. rows.Select(
                (row, second) =>
                    row with
                    {
                        Against =
                        [
                            .. Enumerable
                                .Range(0, second)
                                .Select(first => new ModelPair(
                                    rows[first].Model,
                                    Count(answers[first], answers[second])
                                ))
                                .Where(pair => pair.Counts.Count > 0),
                        ],
                    }
            ),
        ];
    }

    /// <summary>Whether each labelled image that could be read was answered rightly, by path.</summary>
    private static Dictionary<string, bool> Answers(string predictions, Dictionary<string, string> truth)
    {
        var answers = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (string[] row in CsvText.Read(predictions, ["path", "label", "error"]))
        {
            if (row[2].Length == 0 && truth.TryGetValue(row[0], out string? label))
            {
                answers[row[0]] = row[1] == label;
            }
        }

        return answers;
    }

    private static PairedCounts Count(Dictionary<string, bool> first, Dictionary<string, bool> second)
    {
        PairedCounts counts = default;
        foreach ((string path, bool isRight) in first)
        {
            counts = second.TryGetValue(path, out bool isSecondRight) ? counts.With(isRight, isSecondRight) : counts;
        }

        return counts;
    }
}
