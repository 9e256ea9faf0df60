using System.CommandLine;
using Pipeline.CommandLine;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Inference.Batching;
using Pipeline.Inference.Cli.Comparison;
using Pipeline.Inference.Cli.Output;
using Pipeline.Inference.Reporting;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Cli.Commands;

/// <summary>
/// <c>compare</c>: two models over the same images, such as an old and a new one, or float32 and int8.
/// </summary>
internal sealed class CompareCommand
{
    private readonly Command command = new(
        "compare",
        "Run two models over a folder: how often they agree, how far their probabilities are apart, "
            + "and which is more accurate when sub-folders are named as classes."
    );
    private readonly Argument<string> first = new("first") { Description = "A model." };
    private readonly Argument<string> second = new("second") { Description = "Another model of the same classes." };
    private readonly Argument<string> folder = new("folder") { Description = "Folder of images; its sub-folders too." };
    private readonly ModelOptions model;
    private readonly Option<int> batchSize = ModelOptions.Positive(
        "--batch-size",
        "Images per run of the networks.",
        32,
        65_536
    );
    private readonly Option<int> top = ModelOptions.Positive(
        "--top",
        "Disagreements to show, the largest first.",
        10,
        100_000
    );
    private readonly Option<double?> minAgreement = Shares.Option(
        "--min-agreement",
        "Exit with 1 when a smaller share of images than this gets the same class, such as 0.99."
    );
    private readonly Option<double?> maxDifference = Shares.Option(
        "--max-difference",
        "Exit with 1 when a probability differs by more than this, such as 0.05."
    );

    private CompareCommand()
    {
        command.Arguments.Add(first);
        command.Arguments.Add(second);
        command.Arguments.Add(folder);
        model = new ModelOptions(command, hasModel: false);
        foreach (Option option in new Option[] { batchSize, top, minAgreement, maxDifference })
        {
            command.Options.Add(option);
        }

        command.SetAction(RunAsync);
    }

    /// <summary>Makes the verb.</summary>
    /// <returns>A command for the root.</returns>
    internal static Command Create() => new CompareCommand().command;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string root = parsed.GetRequiredValue(folder);
        model.LimitMemory(parsed, parsed.GetRequiredValue(first), parsed.GetRequiredValue(second));
        IEnumerable<string> paths = FolderListing.Enumerate(root);
        ScoringOptions options = model.Scoring(parsed) with { BatchSize = parsed.GetValue(batchSize) };
        using ImageClassifier one = ImageClassifier.Load(parsed.GetRequiredValue(first), options, new FallbackLogger());
        using ImageClassifier other = ImageClassifier.Load(
            parsed.GetRequiredValue(second),
            options,
            new FallbackLogger()
        );
        var comparison = new ModelComparison(one.Labels, other.Labels, parsed.GetValue(top));
        ProgressLine progress = ProgressLine.OnConsole(paths.LongCount());
        try
        {
            await using IAsyncEnumerator<Prediction> left = one.ClassifyFilesAsync(paths, cancellationToken)
                .GetAsyncEnumerator(cancellationToken);
            await using IAsyncEnumerator<Prediction> right = other
                .ClassifyFilesAsync(paths, cancellationToken)
                .GetAsyncEnumerator(cancellationToken);
            while (await left.MoveNextAsync().ConfigureAwait(false) & await right.MoveNextAsync().ConfigureAwait(false))
            {
                if (left.Current.Path != right.Current.Path)
                {
                    throw new DatasetException(
                        $"Folder '{root}' changed while it was read: "
                            + $"'{left.Current.Path}' and '{right.Current.Path}' stand in the same place. "
                            + "Compare again when nobody writes there."
                    )
                    {
                        Subject = root,
                    };
                }

                comparison.Add(
                    left.Current,
                    right.Current,
                    TruthOf(Path.GetRelativePath(root, left.Current.Path), one.Labels)
                );
                progress.Advance(left.Current.Error is not null);
            }
        }
        finally
        {
            progress.Clear();
        }

        if (progress.Done == 0)
        {
            throw new DatasetException(
                $"Folder '{root}' holds no file to compare with. Put images there, or give another folder."
            )
            {
                Subject = root,
            };
        }

        if (comparison.Images == 0)
        {
            throw new DatasetException(
                $"Folder '{root}' holds no image that can be read, of {comparison.Errors} files. Give another folder."
            )
            {
                Subject = root,
            };
        }

        Show(comparison, parsed.GetRequiredValue(first), parsed.GetRequiredValue(second));
        return Judge(comparison, parsed.GetValue(minAgreement), parsed.GetValue(maxDifference))
            ? ExitCodes.Done
            : ExitCodes.Failed;
    }

    private static string? TruthOf(string relativePath, LabelSet labels)
    {
        string name = relativePath.Split(Path.DirectorySeparatorChar, 2) is [var folder, _] ? folder : string.Empty;
        return labels.TryIndexOf(name, out _) ? name : null;
    }

    private static void Show(ModelComparison comparison, string first, string second)
    {
        var rows = new List<IReadOnlyList<string>>
        {
            new[] { "images", $"{comparison.Images}" },
            new[] { "not readable", $"{comparison.Errors}" },
            new[] { "same class", $"{comparison.Agreed} ({EvaluationTable.Share(comparison.Agreement)})" },
            new[]
            {
                "largest difference of a probability",
                $"{comparison.LargestDifference:0.000000}, on {comparison.LargestAt}",
            },
        };
        if (comparison.Labelled is { Count: > 0 } counts)
        {
            rows.Add(new[] { $"accuracy of {first}", Accuracy(counts.BothRight + counts.OnlyFirst, counts.Count) });
            rows.Add(new[] { $"accuracy of {second}", Accuracy(counts.BothRight + counts.OnlySecond, counts.Count) });
            rows.Add(
                new[]
                {
                    "both right, only the first, only the second, neither",
                    $"{counts.BothRight}, {counts.OnlyFirst}, {counts.OnlySecond}, {counts.NeitherRight}",
                }
            );
            rows.Add(
                new[]
                {
                    "second minus first, in points",
                    $"{PairedText.Difference(counts)} (95 % interval {PairedText.DifferenceInterval(counts)}; "
                        + $"McNemar's p {PairedText.McNemarP(counts)})",
                }
            );
        }

        ConsoleTable.Write(["what", "value"], rows, numbers: false);
        if (comparison.Disagreements.Count == 0)
        {
            return;
        }

        Console.WriteLine();
        Console.WriteLine(
            $"disagreements, {comparison.Disagreements.Count} of {comparison.Images - comparison.Agreed}, "
                + "the largest difference first:"
        );
        ConsoleTable.Write(
            ["image", "first says", "second says", "is"],
            comparison.Disagreements.Select(image =>
                (IReadOnlyList<string>)
                    [
                        image.Path,
                        Says(image.First, image.FirstProbability),
                        Says(image.Second, image.SecondProbability),
                        image.Truth ?? "-",
                    ]
            ),
            numbers: false
        );
    }

    private static string Says(string label, float probability) =>
        $"{(label.Length > 0 ? label : "(held back)")} {probability:0.000}";

    private static bool Judge(ModelComparison comparison, double? agreement, double? difference)
    {
        bool agrees = agreement is not { } least || comparison.Agreement >= least;
        bool isNear = difference is not { } most || comparison.LargestDifference <= most;
        if (!agrees)
        {
            Console.Error.WriteLine(
                $"error: The models agree on {EvaluationTable.Share(comparison.Agreement)} of the images, "
                    + $"expected at least {EvaluationTable.Share(agreement ?? 0)}."
            );
        }

        if (!isNear)
        {
            Console.Error.WriteLine(
                $"error: A probability differs by {comparison.LargestDifference:0.000000}, "
                    + $"expected at most {difference}."
            );
        }

        return agrees && isNear;
    }

    private static string Accuracy(long correct, long labelled) =>
        $"{EvaluationTable.Share((double)correct / labelled)} ({correct} of {labelled})";
}
