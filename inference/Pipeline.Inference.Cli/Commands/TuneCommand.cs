using System.CommandLine;
using System.Globalization;
using Pipeline.CommandLine;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Inference.Batching;
using Pipeline.Inference.Cli.Benchmarking;
using Pipeline.Inference.Cli.Output;
using Pipeline.Inference.Cli.Runs;
using Pipeline.Inference.Cli.Tuning;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Cli.Commands;

/// <summary><c>tune</c>: finds the fastest settings for a model on this host and stores them beside it.</summary>
internal sealed class TuneCommand
{
    private readonly Command command = new(
        "tune",
        "Measure which batch, threads, decode workers and device are the fastest here, "
            + "and store that beside the model for score, evaluate and benchmark. The model itself stays as it is."
    );
    private readonly ModelOptions model;
    private readonly Option<string> folder = new("--folder", "-f")
    {
        Description = "Images such as those that will be scored.",
        Required = true,
    };
    private readonly Option<int> images = ModelOptions.Positive(
        "--images",
        "Images per measurement: the first of the folder, again from the start when there are fewer.",
        256,
        1_000_000
    );
    private readonly Option<int> rounds = ModelOptions.Positive(
        "--rounds",
        "Times that each setting is measured.",
        3,
        99
    );

    private TuneCommand()
    {
        model = new ModelOptions(command);
        command.Options.Single(option => option.Name == "--threads").Hidden = true;
        command.Options.Add(folder);
        command.Options.Add(images);
        command.Options.Add(rounds);
        command.Validators.Add(result =>
        {
            if (result.GetResult("--threads") is not null)
            {
                result.AddError("--threads is what tune finds out. Leave it out.");
            }
        });
        command.SetAction((parsed, cancellationToken) => Task.FromResult(Run(parsed, cancellationToken)));
    }

    /// <summary>Makes the verb.</summary>
    /// <returns>A command for the root.</returns>
    internal static Command Create() => new TuneCommand().command;

    private int Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        string path = model.Path(parsed);
        model.LimitMemory(parsed, path);
        ScoringOptions baseline;
        Preprocessing preprocessing;
        using (ScoringSession session = ScoringSession.Open(path, model.Scoring(parsed), new FallbackLogger()))
        {
            preprocessing = session.Contract.Preprocessing;
            baseline = ScoringOptions.ForManyImages(session.Device.Effective) with
            {
                Device = session.Device.Effective,
                DeviceIndex = session.Options.DeviceIndex,
                PreprocessingFile = session.Options.PreprocessingFile,
                LabelsFile = session.Options.LabelsFile,
            }; // and the self-test passed
        }

        string[] paths = Sample(parsed.GetRequiredValue(folder), preprocessing, parsed.GetValue(images));
        var rate = new FolderRate(path, paths, cancellationToken);
        var tuner = new Tuner(
            options =>
            {
                double? found = rate.Measure(options);
                Console.Error.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{ScoringSettings.Describe(options)}: {found:0.0} images/s"
                    )
                );
                return found;
            },
            parsed.GetValue(rounds)
        );
        IEnumerable<ScoringDevice> devices =
            model.Scoring(parsed).Device == ScoringDevice.Auto
                ? Enum.GetValues<ScoringDevice>()
                    .Where(device => device != ScoringDevice.Auto && device != baseline.Device)
                : [];
        (ScoringOptions best, double found, double before) = tuner.Run(
            baseline,
            devices.Where(device => CanOpen(path, baseline with { Device = device })),
            Environment.ProcessorCount
        );

        string target = TuneFile.PathOf(path);
        new TuneFile
        {
            Model = ScoringRunState.HashOf(path),
            Host = HostName.Describe(),
            Device = WireNames.ToKebab(best.Device),
            BatchSize = best.BatchSize,
            ConcurrentRuns = best.ConcurrentRuns,
            Threads = best.Threads,
            DecodeWorkers = best.DecodeWorkers,
            ImagesPerSecond = Math.Round(found, 1),
            DefaultImagesPerSecond = Math.Round(before, 1),
        }.Write(target);
        Show(tuner, best, found, before);
        Console.WriteLine($"written {target}");
        Console.WriteLine($"next    pipeline-score score --model {Summary.Quote(path)} --folder <your images>");
        return ExitCodes.Done;
    }

    private static bool CanOpen(string path, ScoringOptions options)
    {
        try
        {
            ScoringSession.Open(path, options with { DevicePolicy = DevicePolicy.Fail }).Dispose();
            return true;
        }
        catch (DeviceException)
        {
            return false;
        }
    }

    private static string[] Sample(string folder, Preprocessing preprocessing, int count)
    {
        string[] found = [.. ScoringBenchmark.Readable(FolderListing.Enumerate(folder), preprocessing).Take(count)];
        return found.Length > 0
            ? [.. Enumerable.Range(0, count).Select(index => found[index % found.Length])]
            : throw new DatasetException(
                $"Folder '{folder}' holds no image that can be read. Put images there, or give another folder."
            )
            {
                Subject = folder,
            };
    }

    private static void Show(Tuner tuner, ScoringOptions best, double found, double before)
    {
        var rows = tuner.Measured.Select(item =>
            (IReadOnlyList<string>)
                [
                    WireNames.ToKebab(item.Options.Device),
                    Number(item.Options.BatchSize),
                    Number(item.Options.ConcurrentRuns),
                    Number(item.Options.Threads),
                    item.Options.ConcurrentRuns > 1 ? "-" : Number(item.Options.DecodeWorkers),
                    Number(item.ImagesPerSecond),
                ]
        );
        ConsoleTable.Write(["device", "batch", "runs", "threads", "decode workers", "images/s"], rows, numbers: true);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"best    {ScoringSettings.Describe(best)}: {found:0.0} images/s, with the defaults {before:0.0} "
                    + $"({found / before:0.00}x)"
            )
        );
    }

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
