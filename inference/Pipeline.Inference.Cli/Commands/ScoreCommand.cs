using System.CommandLine;
using Pipeline.CommandLine;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Files;
using Pipeline.Inference.Batching;
using Pipeline.Inference.Cli.Output;
using Pipeline.Inference.Reporting;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.Cli.Commands;

/// <summary><c>score</c>: a folder in, a file of predictions out.</summary>
internal sealed class ScoreCommand
{
    private readonly Command command = new("score", "Classify every file of a folder; a file that is no readable image gets a row with the reason.");
    private readonly ModelOptions model;
    private readonly Option<string> folder = new("--folder", "-f") { Description = "Folder of images; its sub-folders too.", Required = true };
    private readonly Option<string?> output = new("--output", "-o") { Description = "File of predictions. Default: predictions.csv or predictions.jsonl here." };
    private readonly Option<string?> format = ModelOptions.OneOf(
        new Option<string?>("--format") { Description = "csv: path,label,probability,error. jsonl: the same keys, an object per line. Default: by the name of the output, else csv." },
        "csv",
        "jsonl");

    private readonly Option<bool> allScores = new("--all-scores") { Description = "Write the probability of every class, not only the best one's." };
    private readonly Option<int> batchSize = ModelOptions.Positive("--batch-size", "Images per run of the network.", 32, 65_536);
    private readonly Option<bool> failOnError = new("--fail-on-error") { Description = "Exit with 1 when an image could not be read. The file is written all the same." };

    private ScoreCommand()
    {
        model = new ModelOptions(command);
        foreach (Option option in new Option[] { folder, output, format, allScores, batchSize, failOnError })
        {
            command.Options.Add(option);
        }

        command.SetAction(RunAsync);
    }

    /// <summary>Makes the verb.</summary>
    /// <returns>A command for the root.</returns>
    internal static Command Create() => new ScoreCommand().command;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string source = parsed.GetRequiredValue(folder);
        PredictionFormat spelling = SpellingOf(parsed);
        string target = parsed.GetValue(output) ?? (spelling == PredictionFormat.Csv ? "predictions.csv" : "predictions.jsonl");
        string own = Path.GetFullPath(target); // the file of an earlier run is no input of this one
        string[] files = [.. FolderListing.Files(source).Where(path => Path.GetFullPath(path) != own)];
        using ImageClassifier classifier = model.Load(parsed, parsed.GetValue(batchSize));
        if (files.Length == 0)
        {
            throw new DatasetException($"Folder '{source}' holds no file to score. Put images there, or give another folder.") { Subject = source };
        }

        ProgressLine progress = ProgressLine.OnConsole(files.Length);
        try
        {
            await AtomicFile.WriteAsync(target, WriteAsync, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            progress.Clear();
        }

        Summary.Write(progress, classifier.Device, [target], $"pipeline-score evaluate --model {Summary.Quote(model.Path(parsed))} --folder <one sub-folder per class>");
        return progress.Errors > 0 && parsed.GetValue(failOnError) ? ExitCodes.Failed : ExitCodes.Done;

        async Task WriteAsync(Stream stream, CancellationToken token)
        {
            using PredictionWriter writer = PredictionWriter.Create(spelling, stream, classifier.Labels, parsed.GetValue(allScores));
            await foreach (Prediction prediction in classifier.ClassifyFilesAsync(files, token).ConfigureAwait(false))
            {
                writer.Write(prediction);
                progress.Advance(prediction.Error is not null);
            }
        }
    }

    private PredictionFormat SpellingOf(ParseResult parsed) => parsed.GetValue(format) switch
    {
        "jsonl" => PredictionFormat.JsonLines,
        "csv" => PredictionFormat.Csv,
        _ => parsed.GetValue(output)?.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase) == true ? PredictionFormat.JsonLines : PredictionFormat.Csv,
    };
}
