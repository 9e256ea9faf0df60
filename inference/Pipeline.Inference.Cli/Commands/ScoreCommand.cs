using System.CommandLine;
using Pipeline.CommandLine;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Inference.Cli.Output;
using Pipeline.Inference.Cli.Runs;
using Pipeline.Inference.Cli.Sources;
using Pipeline.Inference.Reporting;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Cli.Commands;

/// <summary><c>score</c>: images in, a file of predictions out.</summary>
internal sealed class ScoreCommand
{
    private readonly Command command = new(
        "score",
        "Classify images into a file of predictions; a file that is no readable image gets a row with the reason."
    );
    private readonly SourceOptions sources;
    private readonly ScoringSettings settings;
    private readonly LabelFolderOptions labelFolders;
    private readonly Option<string?> output = new("--output", "-o")
    {
        Description = "File of predictions. Default: predictions.csv or predictions.jsonl here.",
    };
    private readonly Option<string?> format = ModelOptions.OneOf(
        new Option<string?>("--format")
        {
            Description =
                "csv: path,label,probability,error. jsonl: the same keys, an object per line. Default: "
                + "by the name of the output, else csv.",
        },
        "csv",
        "jsonl"
    );

    private readonly Option<int> topK = ModelOptions.Positive(
        "--top-k",
        "Write so many of the best classes.",
        1,
        100_000
    );
    private readonly Option<bool> allScores = new("--all-scores")
    {
        Description = "Write the probability of every class, not only the best one's.",
    };
    private readonly Option<bool> resume = new("--resume")
    {
        Description =
            "Go on where an interrupted run of the same command was; done already when the output is complete.",
    };
    private readonly Option<string?> shard = new("--shard")
    {
        Description = "Score the i-th of n shares only, to be put together by 'merge'.",
        HelpName = "i/n",
    };
    private readonly Option<bool> force = OutputFile.Force();
    private readonly Option<bool> failOnError = new("--fail-on-error")
    {
        Description = "Exit with 1 when an image could not be read. The file is written all the same.",
    };

    private ScoreCommand()
    {
        sources = new SourceOptions(command);
        settings = new ScoringSettings(command);
        foreach (Option option in new Option[] { output, format, topK, allScores, resume, shard, force, failOnError })
        {
            command.Options.Add(option);
        }

        labelFolders = new LabelFolderOptions(command);
        command.SetAction(RunAsync);
    }

    /// <summary>Makes the verb.</summary>
    /// <returns>A command for the root.</returns>
    internal static Command Create() => new ScoreCommand().command;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        PredictionFile file = FileOf(parsed);
        Shard share = parsed.GetValue(shard) is { } text ? Shard.Parse(text) : Shard.Whole;
        ImageSources images = sources.Resolve(parsed, keepMissing: false, file.Names, cancellationToken);
        file.Check(
            parsed.GetValue(format) is not null,
            parsed.GetValue(force),
            [.. settings.Files(parsed), .. images.Names],
            () => sources.Resolve(parsed, keepMissing: false, new HashSet<string>(), cancellationToken).PathsButOfInput
        );
        LabelFolders? folders = labelFolders.Create(parsed, images);
        bool isResumed = parsed.GetValue(resume);
        using ImageClassifier classifier = settings.Load(parsed, Console.Error);
        ScoringOptions options = classifier.Session.Options;
        var state = new ScoringRunState
        {
            Model = settings.ModelHash(parsed),
            Explanation = ScoringRunState.HashOf(options.PreprocessingFile, options.LabelsFile),
            Device = WireNames.ToKebab(classifier.Device.Effective),
            MinimumConfidence = options.MinimumConfidence,
            TestTimeAugmentation = WireNames.ToKebab(options.TestTimeAugmentation),
            Format = file.Format == PredictionFormat.Csv ? "csv" : "jsonl",
            AllScores = parsed.GetValue(allScores),
            TopK = parsed.GetValue(topK),
            BatchSize = options.BatchSize,
            Shard = share.ToString(),
        };
        if (isResumed && file.IsComplete)
        {
            using var job = new ScoreJob(images, share, options.BatchSize);
            file.RequireMadeFrom(state, folders is { IsMoving: true } ? null : job.ListingOnly());
            Console.WriteLine(
                $"'{file.Target}' is complete already: nothing to go on with. Leave --resume out to score again."
            );
            return Sort(folders, file, cancellationToken) ? ExitCodes.Done : ExitCodes.Failed;
        }

        using var clock = new StageClock();
        ProgressLine progress = ProgressLine.OnConsole(
            images.Count is { } count ? share.Share(count, options.BatchSize) : null
        );
        var run = new ScoreRun(classifier, images, sources.Limits(parsed, images), file, state);
        await RunAsync(run, file, isResumed, progress, cancellationToken).ConfigureAwait(false);
        bool sorted = Sort(folders, file, cancellationToken);
        string model = Summary.Quote(settings.ModelPath(parsed));
        string next =
            share.Of > 1
                ? $"pipeline-score merge --output <file> <the files of all {share.Of} shards>"
                : $"pipeline-score evaluate --model {model} --folder <one sub-folder per class>";
        Summary.Write(
            progress,
            classifier.Device,
            [file.Target],
            next,
            Summary.Stages(clock, run.WriteTime, progress.Fresh, options)
        );
        return (progress.Errors > 0 && parsed.GetValue(failOnError)) || !sorted ? ExitCodes.Failed : ExitCodes.Done;
    }

    /// <summary>Runs, and says after a failure what of the work is kept.</summary>
    private static async Task RunAsync(
        ScoreRun run,
        PredictionFile file,
        bool resume,
        ProgressLine progress,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await run.RunAsync(resume, progress, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            progress.Clear();
            bool hasRows = file.IsBegun && file.Rows().Any();
            if (run.HasBegun && !hasRows)
            {
                file.Discard();
            }
            else if (hasRows && error is not PipelineException)
            {
                await Console
                    .Error.WriteLineAsync(
                        $"The rows so far are in '{file.Partial}'. The same command with --resume goes on there."
                    )
                    .ConfigureAwait(false);
            }

            throw;
        }
        finally
        {
            progress.Clear();
        }
    }

    /// <summary>
    /// Sorts the images by class, if that was asked for; after that nothing of the run is left to go on with.
    /// </summary>
    private static bool Sort(LabelFolders? folders, PredictionFile file, CancellationToken cancellationToken)
    {
        folders?.Sort(file.Rows(), cancellationToken);
        file.Discard();
        if (folders is not null)
        {
            string failed =
                folders.Failed == 0
                    ? ""
                    : $", {folders.Failed} could not be put in place; the first: {folders.FirstFailure}";
            Console.WriteLine($"sorted  {folders.Done} images by class{failed}");
        }

        return folders is not { Failed: > 0 };
    }

    private PredictionFile FileOf(ParseResult parsed)
    {
        string? path = parsed.GetValue(output);
        bool isJson = parsed.GetValue(format) is { } spelling
            ? spelling == "jsonl"
            : path?.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase) == true;
        return new PredictionFile(
            path ?? (isJson ? "predictions.jsonl" : "predictions.csv"),
            isJson ? PredictionFormat.JsonLines : PredictionFormat.Csv
        );
    }
}
