using System.CommandLine;
using Pipeline.CommandLine;
using Pipeline.Trainer.Cli.Output;
using Pipeline.Trainer.Cli.Runs;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Recipes.Reading;
using Pipeline.Trainer.Runs;
using Pipeline.Trainer.Training;

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

    /// <summary>
    /// Trains on one thread of its own: libtorch's thread count and grad mode belong to a thread, so no await may lie
    /// between two steps.
    /// </summary>
    private Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(
            () => Run(parsed, cancellationToken),
            cancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );

    private int Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        Recipe resolved = RecipeReader.Read(recipe.Of(parsed), parsed.GetValue(set) ?? []);
        string root = parsed.GetRequiredValue(artifacts);
        RunFolder? finished = parsed.GetValue(force) ? null : TrainingRun.FindFinished(root, resolved);
        if (finished is not null)
        {
            Console.WriteLine($"This recipe has a complete run already: {finished.Path}. Train it again with --force.");
            RunSummary.Write(finished, resolved);
            return ExitCodes.Done;
        }

        var run = new TrainingRun(
            resolved,
            root,
            TrainingDevice.Choose(parsed.GetRequiredValue(device)),
            ConsoleProgress.OnConsole(),
            TimeProvider.System
        );
        RunSummary.Write(run.Execute(resume: !parsed.GetValue(force), cancellationToken), resolved);
        return ExitCodes.Done;
    }
}
