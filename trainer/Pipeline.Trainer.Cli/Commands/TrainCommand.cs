using System.CommandLine;
using Pipeline.CommandLine;
using Pipeline.Trainer.Cli.Output;
using Pipeline.Trainer.Execution;
using Pipeline.Training;

namespace Pipeline.Trainer.Cli.Commands;

/// <summary><c>train</c>: a recipe in; models trained, exported, checked and scored.</summary>
internal sealed class TrainCommand
{
    private readonly Command command = new(
        "train",
        "Train every model of a recipe, export each, pass it through the gate and score the test images."
    );
    private readonly RecipePath recipe = new();
    private readonly Option<string[]> set = new("--set")
    {
        Description = "Change one value of the recipe: key.path=value. May be given several times.",
    };
    private readonly Option<string> artifacts = new("--artifacts")
    {
        Description = "Folder of all outputs.",
        DefaultValueFactory = _ => "artifacts",
    };
    private readonly Option<bool> force = new("--force")
    {
        Description = "Start a new run, even if the same recipe has a complete or an interrupted one.",
    };

    private readonly Option<string> device = DeviceOption.Create();

    private TrainCommand()
    {
        recipe.AddTo(command);
        foreach (Option option in new Option[] { set, artifacts, force, device })
        {
            command.Options.Add(option);
        }

        command.SetAction(RunAsync);
    }

    /// <summary>Makes the verb.</summary>
    internal static Command Create() => new TrainCommand().command;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = new ImageTrainerOptions
        {
            Artifacts = parsed.GetRequiredValue(artifacts),
            Device = parsed.GetRequiredValue(device),
            Resume = !parsed.GetValue(force),
        };
        var trainer = ImageTrainer.FromFile(recipe.Value(parsed), options, parsed.GetValue(set));
        if (options.Resume && trainer.FindFinished() is { } finished)
        {
            Console.WriteLine(
                $"This recipe has a complete run already: {finished.Folder}. Train it again with --force."
            );
            RunSummary.Write(finished);
            return ExitCodes.Done;
        }

        var progress = ConsoleProgress.OnConsole();
        await foreach (TrainingUpdate update in trainer.TrainAsync(cancellationToken).ConfigureAwait(false))
        {
            progress.Report(update);
        }

        return ExitCodes.Done;
    }
}
