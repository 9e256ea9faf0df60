using System.CommandLine;
using Pipeline.CommandLine;
using Pipeline.Core.Errors;
using Pipeline.Networks.Checkpoints;
using Pipeline.Torch;
using Pipeline.Trainer.Cli.Output;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Features;
using Pipeline.Trainer.Runs;
using Pipeline.Trainer.Training;
using Pipeline.Training;

namespace Pipeline.Trainer.Cli.Commands;

/// <summary><c>features</c>: the images of a finished run as a table of numbers, for any other classifier.</summary>
internal sealed class FeaturesCommand
{
    private readonly Command command = new(
        "features",
        "Write what a trained backbone gives for each image of a finished run, with its label: "
            + "a data set for any other classifier."
    );
    private readonly Option<string> run = new("--run")
    {
        Description = "Folder of a finished run, such as artifacts/<recipe>/latest.",
        Required = true,
    };
    private readonly Option<string?> model = new("--model", "-m")
    {
        Description = "One of its models. Default: the published one.",
    };
    private readonly Option<string> output = new("--output", "-o")
    {
        Description = "The file to write, .csv or .safetensors.",
        Required = true,
    };
    private readonly Option<string> device = DeviceOption.Create();

    private readonly Option<bool> force = OutputFile.Force();

    private FeaturesCommand()
    {
        foreach (Option option in new Option[] { run, model, output, force, device })
        {
            command.Options.Add(option);
        }

        // One thread from beginning to end: libtorch's thread count and grad mode belong to it
        command.SetAction(
            (parsed, cancellationToken) =>
                Task.Factory.StartNew(
                    () => Run(parsed, cancellationToken),
                    cancellationToken,
                    TaskCreationOptions.LongRunning,
                    TaskScheduler.Default
                )
        );
    }

    /// <summary>Makes the verb.</summary>
    internal static Command Create() => new FeaturesCommand().command;

    private int Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        string target = parsed.GetRequiredValue(output);
        (RunFolder folder, RunRecord record) = FinishedRun.Require(parsed.GetRequiredValue(run));
        OutputFile.Check(
            target,
            new OutputKind("a file of features", [".csv", ".safetensors"]),
            parsed.GetValue(force),
            [],
            () => Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories)
        );
        Checkpoint checkpoint = Checkpoint.Load(CheckpointOf(folder, record, parsed.GetValue(model)));
        DatasetSplits images = SplitManifest.Read(folder.Split, record.DataRoot, checkpoint.Contract.Labels);
        TorchRuntime.ConfigureThreads(record.Threads);
        var dataset = new FeatureDataset(
            checkpoint,
            images,
            TrainingDevice.Choose(parsed.GetRequiredValue(device)),
            ConsoleProgress.OnConsole()
        );
        (int rows, int features) = dataset.Write(target, cancellationToken);
        Console.WriteLine($"written {target}: {rows} images, {features} numbers each");
        return ExitCodes.Done;
    }

    private static string CheckpointOf(RunFolder folder, RunRecord record, string? model)
    {
        if (model is null)
        {
            return folder.File("checkpoints/best.safetensors");
        }

        string[] names = [.. record.Models.Select(done => done.Row.Model)];
        return names.Contains(model, StringComparer.Ordinal)
            ? folder.Model(model).BestCheckpoint
            : throw new DatasetException(
                $"Run '{folder.Path}' has no model '{model}'. Its models: {string.Join(", ", names)}."
            )
            {
                Subject = folder.Path,
                Found = model,
            };
    }
}
