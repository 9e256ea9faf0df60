using System.CommandLine;
using Pipeline.CommandLine;
using Pipeline.Core.Errors;
using Pipeline.Networks.Checkpoints;
using Pipeline.Trainer.Cli.Output;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Training;
using Pipeline.Training;

namespace Pipeline.Trainer.Cli.Commands;

/// <summary><c>lr-find</c>: a recipe in; at which learning rate a phase's loss falls fastest.</summary>
internal sealed class LearningRateCommand
{
    private const int Shown = 15;

    private readonly Command command = new(
        "lr-find",
        "Train the first steps of a phase at rising learning rates and suggest one. Makes no run and touches none."
    );
    private readonly RecipePath recipe = new();
    private readonly Option<string[]> set = new("--set")
    {
        Description = "Change one value of the recipe: key.path=value. May be given several times.",
    };
    private readonly Option<string?> model = new("--model")
    {
        Description = "Model of the recipe; the first by default.",
    };
    private readonly Option<int> phase = new("--phase")
    {
        Description = "Phase of the model, from 1.",
        DefaultValueFactory = _ => 1,
    };
    private readonly Option<string?> from = new("--from")
    {
        Description =
            "Checkpoint that the model starts from; needed by a model with 'from'. "
            + "Otherwise every phase starts from the backbone's weights.",
    };
    private readonly Option<double> lowest = new("--lowest")
    {
        Description = "First learning rate.",
        DefaultValueFactory = _ => new RateRange().Lowest,
    };
    private readonly Option<double> highest = new("--highest")
    {
        Description = "Last learning rate.",
        DefaultValueFactory = _ => new RateRange().Highest,
    };
    private readonly Option<int> steps = new("--steps")
    {
        Description = "Steps of the optimizer.",
        DefaultValueFactory = _ => new RateRange().Steps,
    };
    private readonly Option<string> output = new("--output", "-o")
    {
        Description = "JSON file of all steps.",
        DefaultValueFactory = _ => "lr-find.json",
    };
    private readonly Option<string> artifacts = new("--artifacts")
    {
        Description = "Folder whose caches are used.",
        DefaultValueFactory = _ => "artifacts",
    };
    private readonly Option<string> device = DeviceOption.Create();

    private readonly Option<bool> force = OutputFile.Force();

    private LearningRateCommand()
    {
        recipe.AddTo(command);
        foreach (
            Option option in new Option[]
            {
                set,
                model,
                phase,
                from,
                lowest,
                highest,
                steps,
                output,
                force,
                artifacts,
                device,
            }
        )
        {
            command.Options.Add(option);
        }

        command.SetAction(RunAsync);
    }

    /// <summary>Makes the verb.</summary>
    internal static Command Create() => new LearningRateCommand().command;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        OutputFile.Check(
            parsed.GetRequiredValue(output),
            OutputKind.Json("a sweep of learning rates", "recipeLearningRate"),
            parsed.GetValue(force),
            [recipe.Value(parsed), parsed.GetValue(from)]
        );
        var options = new ImageTrainerOptions
        {
            Artifacts = parsed.GetRequiredValue(artifacts),
            Device = parsed.GetRequiredValue(device),
        };
        var trainer = ImageTrainer.FromFile(recipe.Value(parsed), options, parsed.GetValue(set));
        ModelRecipe chosen = Model(trainer.Recipe, parsed.GetValue(model));
        int number = Phase(chosen, parsed.GetValue(phase));
        var range = new RateRange(parsed.GetValue(lowest), parsed.GetValue(highest), parsed.GetValue(steps));
        if (!(range is { Lowest: > 0, Steps: >= 20 } && range.Highest > range.Lowest && double.IsFinite(range.Highest)))
        {
            throw new RecipeException(
                "The learning rates do not make a range, expected 0 < --lowest < --highest and at least 20 --steps. "
                    + "Correct them."
            );
        }

        Checkpoint? start = parsed.GetValue(from) is string path ? Checkpoint.Load(path) : null;
        if ((start is null) != (chosen.From is null))
        {
            throw new RecipeException(
                start is null
                    ? $"Model '{chosen.Name}' starts from '{chosen.From}', so the sweep needs that one's weights. "
                        + "Give a checkpoint of it with --from."
                    : $"Model '{chosen.Name}' starts from its backbone's weights, not from a checkpoint. "
                        + "Leave --from out."
            );
        }

        RateSweep sweep = await trainer
            .FindLearningRateAsync(chosen, number, range, start, ConsoleProgress.OnConsole(), cancellationToken)
            .ConfigureAwait(false);
        RateSweepOutput.Write(
            sweep,
            chosen.Name,
            number,
            chosen.Phases[number - 1].Optimizer,
            parsed.GetRequiredValue(output),
            Shown
        );
        return ExitCodes.Done;
    }

    private static ModelRecipe Model(Recipe recipe, string? name) =>
        name is null
            ? recipe.Models[0]
            : recipe.Models.FirstOrDefault(model => model.Name == name)
                ?? throw new RecipeException(
                    $"The recipe has no model '{name}', it has: "
                        + $"{string.Join(", ", recipe.Models.Select(model => model.Name))}. Correct --model."
                )
                {
                    Found = name,
                };

    private static int Phase(ModelRecipe model, int number) =>
        number < 1 || number > model.Phases.Count
            ? throw new RecipeException(
                $"Model '{model.Name}' has phases 1 to {model.Phases.Count}, not {number}. Correct --phase."
            )
        : model.Phases[number - 1].Train.Kind == TrainableKind.None
            ? throw new RecipeException(
                $"Phase {number} of model '{model.Name}' trains nothing, so it has no learning rate. "
                    + "Choose another --phase."
            )
        : number;
}
