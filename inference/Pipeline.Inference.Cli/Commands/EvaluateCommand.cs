using System.CommandLine;
using System.Diagnostics;
using Pipeline.CommandLine;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Files;
using Pipeline.Core.Metrics;
using Pipeline.Inference.Batching;
using Pipeline.Inference.Cli.Output;
using Pipeline.Inference.Evaluation;
using Pipeline.Inference.Reporting;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.Cli.Commands;

/// <summary><c>evaluate</c>: a folder with one sub-folder per class in, metrics out.</summary>
internal sealed class EvaluateCommand
{
    private readonly Command command = new(
        "evaluate",
        "Measure a model on a folder with one sub-folder per class, named as the model's classes."
    );
    private readonly ScoringSettings settings;
    private readonly Option<string> folder = new("--folder", "-f")
    {
        Description =
            "Folder with one sub-folder of images per class; or a manifest, a CSV file with the columns path and "
            + "label.",
        Required = true,
    };
    private readonly Option<string> split = new("--split")
    {
        Description = "Rows of a manifest that count, when it has a column split.",
        DefaultValueFactory = _ => "test",
    };
    private readonly Option<string?> imageRoot = new("--image-root")
    {
        Description = "Folder that a manifest's relative paths start from. Default: its own.",
    };
    private readonly Option<string> output = new("--output", "-o")
    {
        Description = "File of metrics.",
        DefaultValueFactory = _ => "evaluation.json",
    };
    private readonly Option<string?> predictions = new("--predictions")
    {
        Description = "Write the predictions and true labels as well: JSON lines to a .jsonl file, else CSV.",
    };
    private readonly Option<bool> allScores = new("--all-scores")
    {
        Description = "With --predictions: write the probability of every class.",
    };

    private readonly Option<bool> force = OutputFile.Force();

    private EvaluateCommand()
    {
        settings = new ScoringSettings(command);
        foreach (Option option in new Option[] { folder, split, imageRoot, output, predictions, allScores, force })
        {
            command.Options.Add(option);
        }

        command.SetAction(RunAsync);
    }

    /// <summary>Makes the verb.</summary>
    /// <returns>A command for the root.</returns>
    internal static Command Create() => new EvaluateCommand().command;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string target = parsed.GetRequiredValue(output);
        string? rows = parsed.GetValue(predictions);
        string source = parsed.GetRequiredValue(folder);
        CheckOutputs(parsed, target, rows, source);
        using ImageClassifier classifier = settings.Load(parsed, Console.Error);
        FolderEvaluation evaluation = Evaluation(source, classifier.Labels, parsed);
        using var clock = new StageClock();
        ProgressLine progress = ProgressLine.OnConsole(evaluation.Paths.Count);
        TimeSpan writeTime = TimeSpan.Zero;
        try
        {
            if (rows is null)
            {
                await EvaluateAsync(null, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await AtomicFile.WriteAsync(rows, EvaluateAsync, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            progress.Clear();
        }

        EvaluationReport report = evaluation.ToReport();
        if (report.Metrics.Count == 0)
        {
            string first = report.SkippedImages.FirstOrDefault() is { } skipped
                ? $"; the first: {skipped.Reason.TrimEnd('.')}"
                : string.Empty;
            throw new DatasetException(
                $"'{source}' holds no labelled image that can be read{first}. Nothing was evaluated."
            )
            {
                Subject = source,
            };
        }

        EvaluationJson.Write(target, report.Metrics, report.SkippedImages);
        WriteTables(report.Metrics);
        Summary.Write(
            progress,
            classifier.Device,
            rows is null ? [target] : [target, rows],
            $"pipeline-score score --model {Summary.Quote(settings.ModelPath(parsed))} --folder <your images>",
            Summary.Stages(clock, writeTime, progress.Done, classifier.Session.Options)
        );
        return ExitCodes.Done;

        async Task EvaluateAsync(Stream? stream, CancellationToken token)
        {
            bool isJson = rows is not null && rows.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase);
            PredictionFormat format = isJson ? PredictionFormat.JsonLines : PredictionFormat.Csv;
            var options = new PredictionWriterOptions { AllScores = parsed.GetValue(allScores), TrueLabels = true };
            using PredictionWriter? writer = stream is null
                ? null
                : PredictionWriter.Create(format, stream, classifier.Labels, options);
            int index = 0;
            await foreach (
                Prediction prediction in classifier.ClassifyFilesAsync(evaluation.Paths, token).ConfigureAwait(false)
            )
            {
                evaluation.Add(prediction);
                long started = Stopwatch.GetTimestamp();
                writer?.Write(prediction with { TrueLabel = evaluation.TrueLabelOf(index++) });
                writeTime += Stopwatch.GetElapsedTime(started);
                progress.Advance(prediction.Error is not null, prediction.IsRejected);
            }
        }
    }

    private void CheckOutputs(ParseResult parsed, string target, string? rows, string source)
    {
        IReadOnlyList<string?> inputs = [.. settings.Files(parsed), source];
        Func<IEnumerable<string>> images = () => Directory.Exists(source) ? FolderListing.Enumerate(source) : [];
        OutputFile.Check(
            target,
            OutputKind.Json("a file of metrics", "topKAccuracy"),
            parsed.GetValue(force),
            inputs,
            images
        );
        if (rows is not null)
        {
            OutputFile.Check(rows, OutputKind.Predictions, parsed.GetValue(force), [.. inputs, target], images);
        }
    }

    private FolderEvaluation Evaluation(string source, LabelSet labels, ParseResult parsed)
    {
        if (!File.Exists(source))
        {
            return FolderEvaluation.Scan(source, labels);
        }

        (IReadOnlyList<string> paths, IReadOnlyList<int> truth) = Manifest.Read(
            source,
            labels,
            parsed.GetRequiredValue(split),
            parsed.GetValue(imageRoot)
        );
        return new FolderEvaluation(paths, truth, labels);
    }

    private static void WriteTables(ClassificationReport report)
    {
        ConsoleTable.Write(["metric", "value"], EvaluationTable.Totals(report), numbers: true);
        Console.WriteLine();
        ConsoleTable.Write(EvaluationTable.ClassColumns, EvaluationTable.Classes(report), numbers: true);
        Console.WriteLine();
        (IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows) = EvaluationTable.Confusion(report);
        if (!ConsoleTable.Fits(columns, rows, ProgressTerminal.OnConsole(TimeProvider.System).Width))
        {
            (columns, rows) = EvaluationTable.WorstClasses(report);
        }

        ConsoleTable.Write(columns, rows, numbers: true);
        Console.WriteLine();
    }
}
