using System.CommandLine;
using System.Globalization;
using Pipeline.Core.Contracts;
using Pipeline.Inference.Cli.Output;
using Pipeline.Inference.Cli.Runs;
using Pipeline.Inference.Cli.Tuning;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Cli.Commands;

/// <summary>
/// The options of verbs that score many images: what was given on the command line, else what <c>tune</c> found for
/// this host, else what is best for many images on such a device.
/// </summary>
internal sealed class ScoringSettings
{
    private readonly ModelOptions model;
    private readonly Option<int> batchSize = ModelOptions.Positive(
        "--batch-size",
        "Images per run of the network. Default: 2, with one run at a time 32.",
        null,
        65_536
    );
    private readonly Option<int> runs = ModelOptions.Positive(
        "--concurrent-runs",
        "Runs of the network side by side, each decoding its own images. Default: one per processor; on a GPU 1.",
        null,
        1024
    );
    private readonly Option<int> workers = ModelOptions.Positive(
        "--decode-workers",
        "Decode on so many workers beside one run at a time.",
        null,
        1024
    );
    private readonly Option<double?> confidence = Shares.Option(
        "--minimum-confidence",
        "Hold the label back where its probability is smaller. Default: what the model says."
    );
    private readonly Option<string> augmentation = ModelOptions.Choice(
        "--test-time-augmentation",
        "Score more views of each image, and average.",
        TestTimeAugmentation.None
    );
    private readonly Option<bool> noTune = new("--no-tune")
    {
        Description = "Do not use the settings that 'tune' stored beside the model.",
    };
    private string? modelHash; // a large file: read once

    /// <summary>Adds them to a verb.</summary>
    /// <param name="command">The verb.</param>
    internal ScoringSettings(Command command)
    {
        model = new ModelOptions(command);
        foreach (Option option in new Option[] { batchSize, runs, workers, confidence, augmentation, noTune })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Path of the model.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>As it was given.</returns>
    internal string ModelPath(ParseResult parsed) => model.Path(parsed);

    /// <summary>The files that are read before any image.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>Their paths; <c>null</c> for one that was not given.</returns>
    internal IReadOnlyList<string?> Files(ParseResult parsed) => model.Files(parsed);

    /// <summary>The model's fingerprint.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>SHA-256 of the file in hexadecimal.</returns>
    internal string ModelHash(ParseResult parsed) => modelHash ??= ScoringRunState.HashOf(ModelPath(parsed));

    /// <summary>Loads the model with the settings for this host.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="log">Receives a line when stored settings are used, or are not for this host. Borrowed.</param>
    /// <returns>The classifier, whose session knows its settings. Owned by the caller.</returns>
    internal ImageClassifier Load(ParseResult parsed, TextWriter log)
    {
        model.LimitMemory(parsed, ModelPath(parsed));
        TuneFile? tune = ReadTune(parsed, log);
        ImageClassifier classifier = Load(parsed, Resolve(parsed, tune, ScoringDevice.Cpu));
        ScoringOptions fitting = Resolve(parsed, tune, classifier.Device.Effective);
        if (fitting == classifier.Session.Options)
        {
            return classifier;
        }

        classifier.Dispose();
        return Load(parsed, fitting);
    }

    /// <summary>Settings for a person.</summary>
    /// <param name="options">The settings.</param>
    /// <returns>Such as <c>cpu, batch 32, 2 threads, 2 decode workers</c>.</returns>
    internal static string Describe(ScoringOptions options)
    {
        string threads = Counted(options.Threads, "thread");
        string work =
            options.ConcurrentRuns > 1
                ? $"{options.ConcurrentRuns} runs side by side of {threads}"
                : $"{threads}, {Counted(options.DecodeWorkers, "decode worker")}";
        return $"{WireNames.ToKebab(options.Device)}, batch {options.BatchSize}, {work}";
    }

    private ImageClassifier Load(ParseResult parsed, ScoringOptions options) =>
        ImageClassifier.Load(ModelPath(parsed), options, new FallbackLogger());

    private ScoringOptions Resolve(ParseResult parsed, TuneFile? tune, ScoringDevice device)
    {
        ScoringOptions given = model.Scoring(parsed) with
        {
            MinimumConfidence = (float?)parsed.GetValue(confidence),
            TestTimeAugmentation = WireNames.Parse<TestTimeAugmentation>(
                parsed.GetRequiredValue(augmentation),
                "--test-time-augmentation"
            ),
        };
        if (tune is not null && given.Device == ScoringDevice.Auto)
        {
            given = given with { Device = WireNames.Parse<ScoringDevice>(tune.Device, "device of the tune file") };
        }

        int? givenWorkers = ModelOptions.Given(parsed, workers);
        int? givenThreads = model.GivenThreads(parsed);
        int processors = Environment.ProcessorCount;
        int best = givenWorkers is not null
            ? 1
            : tune?.ConcurrentRuns
                ?? Math.Max(1, ScoringOptions.ForManyImages(device).ConcurrentRuns / (givenThreads ?? 1));
        int side = ModelOptions.Given(parsed, runs) ?? best;
        int size =
            ModelOptions.Given(parsed, batchSize)
            ?? tune?.BatchSize
            ?? (side == 1 ? new ScoringOptions().BatchSize : ScoringOptions.ForManyImages().BatchSize);
        int threads =
            givenThreads
            ?? (tune is not null && tune.ConcurrentRuns == side ? tune.Threads : Math.Max(1, processors / side));
        return RunSharing.With(given, side, size) with
        {
            Threads = threads,
            DecodeWorkers = givenWorkers ?? tune?.DecodeWorkers ?? processors,
        };
    }

    private TuneFile? ReadTune(ParseResult parsed, TextWriter log)
    {
        string path = TuneFile.PathOf(ModelPath(parsed));
        if (parsed.GetValue(noTune) || !File.Exists(ModelPath(parsed)) || TuneFile.TryRead(path) is not { } tune)
        {
            return null;
        }

        if (tune.WhyUnfit(() => ModelHash(parsed)) is { } reason)
        {
            log.WriteLine($"note: '{path}' is not used: {reason}. Run 'pipeline-score tune' again, or remove it.");
            return null;
        }

        log.WriteLine(
            $"tuned   {Describe(Resolve(parsed, tune, ScoringDevice.Cpu))}, from '{path}' (--no-tune leaves it out)"
        );
        return tune;
    }

    private static string Counted(int count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? string.Empty : "s")}");
}
