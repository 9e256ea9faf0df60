using System.CommandLine;
using System.Globalization;
using Pipeline.CommandLine;
using Pipeline.Core.Errors;
using Pipeline.Inference.Batching;
using Pipeline.Inference.Cli.Benchmarking;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Cli.Commands;

/// <summary><c>benchmark</c>: how fast decoding, the network and both together are on this host.</summary>
internal sealed class BenchmarkCommand
{
    private readonly Command command = new(
        "benchmark",
        "Measure throughput and latency of decoding, of the network, and of both together."
    );
    private readonly ScoringSettings settings;
    private readonly Option<string> folder = new("--folder", "-f")
    {
        Description = "Images such as those that will be scored.",
        Required = true,
    };
    private readonly Option<int> images = ModelOptions.Positive(
        "--images",
        "Images to use: the first of the folder that can be read.",
        256,
        1_000_000
    );
    private readonly Option<int> seconds = ModelOptions.Positive("--seconds", "Time per stage.", 5, 3600);

    private BenchmarkCommand()
    {
        settings = new ScoringSettings(command);
        command.Options.Add(folder);
        command.Options.Add(images);
        command.Options.Add(seconds);
        command.SetAction(RunAsync);
    }

    /// <summary>Makes the verb.</summary>
    /// <returns>A command for the root.</returns>
    internal static Command Create() => new BenchmarkCommand().command;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string root = parsed.GetRequiredValue(folder);
        using ImageClassifier classifier = settings.Load(parsed, Console.Error);
        ScoringOptions options = classifier.Session.Options;
        string[] paths =
        [
            .. ScoringBenchmark
                .Readable(FolderListing.Enumerate(root), classifier.Contract.Preprocessing)
                .Take(parsed.GetValue(images)),
        ];
        if (paths.Length == 0)
        {
            throw new DatasetException($"Folder '{root}' holds no image that can be read. Give another folder.")
            {
                Subject = root,
            };
        }

        var benchmark = new ScoringBenchmark(
            classifier,
            paths,
            TimeSpan.FromSeconds(parsed.GetValue(seconds)),
            cancellationToken
        );
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{paths.Length} images, "
                    + $"{ScoringSettings.Describe(options with { Device = classifier.Device.Effective })}, "
                    + $"{Environment.ProcessorCount} processors"
            )
        );
        StageFigures decode = benchmark.Decode();
        StageFigures single = benchmark.Score(1);
        StageFigures batch = benchmark.Score(options.BatchSize);
        StageFigures classify = benchmark.Classify();
        StageFigures stream = await benchmark.StreamAsync().ConfigureAwait(false);
        ConsoleTable.Write(
            ["stage", "images/s", "processor ms/image", "p50 ms", "p90 ms", "p99 ms"],
            new[] { decode, single, batch, classify, stream }.Select(Row),
            numbers: true
        );
        double bound =
            1000.0 * Environment.ProcessorCount / (decode.ProcessorMilliseconds + batch.ProcessorMilliseconds);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"bound   {bound:0.0} images/s: {Environment.ProcessorCount} processors / processor time of "
                    + $"decoding and network; streamed reaches {100 * stream.ImagesPerSecond / bound:0} % of it"
            )
        );
        return ExitCodes.Done;
    }

    private static string[] Row(StageFigures figures) =>
        [
            figures.Name,
            Number(figures.ImagesPerSecond),
            Number(figures.ProcessorMilliseconds),
            Number(figures.Percentile(50)),
            Number(figures.Percentile(90)),
            Number(figures.Percentile(99)),
        ];

    private static string Number(double value) =>
        double.IsNaN(value) ? "-" : value.ToString(value < 100 ? "0.00" : "0", CultureInfo.InvariantCulture);
}
