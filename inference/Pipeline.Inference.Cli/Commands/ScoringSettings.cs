using System.CommandLine;
using System.Globalization;
using Pipeline.Core.Contracts;
using Pipeline.Inference.Cli.Output;
using Pipeline.Inference.Cli.Tuning;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Cli.Commands;

/// <summary>The options of verbs that score many images: what was given on the command line, else what <c>tune</c> found for this host, else the defaults.</summary>
internal sealed class ScoringSettings
{
    private readonly ModelOptions model;
    private readonly Option<int> batchSize = ModelOptions.Positive("--batch-size", "Images per run of the network.", new ScoringOptions().BatchSize, 65_536);
    private readonly Option<int> workers = ModelOptions.Positive("--decode-workers", "Images decoded at the same time. Default: all processors.", Environment.ProcessorCount, 1024);
    private readonly Option<bool> noTune = new("--no-tune") { Description = "Do not use the settings that 'tune' stored beside the model." };

    /// <summary>Adds them to a verb.</summary>
    /// <param name="command">The verb.</param>
    internal ScoringSettings(Command command)
    {
        model = new ModelOptions(command);
        command.Options.Add(batchSize);
        command.Options.Add(workers);
        command.Options.Add(noTune);
    }

    /// <summary>Path of the model.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>As it was given.</returns>
    internal string ModelPath(ParseResult parsed) => model.Path(parsed);

    /// <summary>How to run the model.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="log">Receives a line when stored settings are used, or are not for this host. Borrowed.</param>
    /// <returns>The options.</returns>
    internal ScoringOptions Resolve(ParseResult parsed, TextWriter log)
    {
        ScoringOptions given = model.Scoring(parsed) with { BatchSize = parsed.GetValue(batchSize), DecodeWorkers = parsed.GetValue(workers) };
        string path = TuneFile.PathOf(ModelPath(parsed));
        if (parsed.GetValue(noTune) || TuneFile.TryRead(path) is not { } tune)
        {
            return given;
        }

        if (tune.WhyUnfit(ModelPath(parsed)) is { } reason)
        {
            log.WriteLine($"note: '{path}' is not used: {reason}. Run 'pipeline-score tune' again, or remove it.");
            return given;
        }

        ScoringOptions settings = given with
        {
            BatchSize = IsGiven(parsed, batchSize) ? given.BatchSize : tune.BatchSize,
            DecodeWorkers = IsGiven(parsed, workers) ? given.DecodeWorkers : tune.DecodeWorkers,
            Threads = model.IsThreadsGiven(parsed) ? given.Threads : tune.Threads,
            Device = given.Device == ScoringDevice.Auto ? WireNames.Parse<ScoringDevice>(tune.Device, path) : given.Device,
        };
        log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"tuned   {Describe(settings)}, from '{path}' (--no-tune leaves it out)"));
        return settings;
    }

    /// <summary>Loads the model.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="options">How to run it.</param>
    /// <returns>The classifier. Owned by the caller.</returns>
    internal ImageClassifier Load(ParseResult parsed, ScoringOptions options) => ImageClassifier.Load(ModelPath(parsed), options, new FallbackLogger());

    /// <summary>Settings for a person.</summary>
    /// <param name="options">The settings.</param>
    /// <returns>Such as <c>cpu, batch 32, 2 threads, 2 decode workers</c>.</returns>
    internal static string Describe(ScoringOptions options) => string.Create(
        CultureInfo.InvariantCulture,
        $"{WireNames.ToKebab(options.Device)}, batch {options.BatchSize}, {Counted(options.Threads, "thread")}, {Counted(options.DecodeWorkers, "decode worker")}");

    private static string Counted(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? string.Empty : "s")}");

    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };
}
