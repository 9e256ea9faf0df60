using Pipeline.Core.Imaging.Loading;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Recipes.Reading;
using Pipeline.Trainer.Training;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Precision;

/// <summary>
/// Replaces every <c>precision: auto</c> of a recipe by what is faster here, before the run begins: the saved recipe
/// then says it, so that resuming or running it again measures nothing.
/// </summary>
/// <param name="data">The images; one real batch is used.</param>
/// <param name="device">Where to compute.</param>
/// <param name="progress">Told each choice and its reason.</param>
/// <param name="clock">Measures times.</param>
internal sealed class PrecisionResolver(
    DatasetSplits data,
    Device device,
    IProgress<TrainingUpdate> progress,
    TimeProvider clock
)
{
    /// <summary>Resolves a recipe.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <returns>The recipe without <c>auto</c>; the same one when it had none.</returns>
    public Recipe Resolve(Recipe recipe, CancellationToken cancellationToken)
    {
        bool isOpen = recipe.Models.Any(model => model.Phases.Any(phase => phase.Precision == PrecisionMode.Auto));
        return isOpen
            ? recipe with
            {
                Models = [.. recipe.Models.Select(model => Resolve(recipe, model, cancellationToken))],
            }
            : recipe;
    }

    private ModelRecipe Resolve(Recipe recipe, ModelRecipe model, CancellationToken cancellationToken)
    {
        var phases = new List<PhaseRecipe>();
        foreach (PhaseRecipe phase in model.Phases)
        {
            if (phase.Precision != PrecisionMode.Auto)
            {
                phases.Add(phase);
                continue;
            }

            PrecisionChoice choice =
                phase.Train.Kind == TrainableKind.None ? new PrecisionChoice(PrecisionMode.Fp32, "it trains nothing")
                : phase.UsesBottleneckFeatures
                    ? new PrecisionChoice(
                        PrecisionMode.Fp32,
                        "it trains on stored features, which leaves 16 bits nothing to speed up"
                    )
                : Measure(recipe, model, phase, cancellationToken);
            progress.Message(
                $"Precision of '{model.Name}', phase {phases.Count + 1}: {YamlSection.Spell(choice.Chosen)}; "
                    + $"{choice.Reason}"
            );
            phases.Add(phase with { Precision = choice.Chosen });
        }

        return model with
        {
            Phases = phases,
        };
    }

    private PrecisionChoice Measure(
        Recipe recipe,
        ModelRecipe model,
        PhaseRecipe phase,
        CancellationToken cancellationToken
    )
    {
        using TrainingBatch batch = FirstBatch(recipe, model, phase, cancellationToken);
        using var step = new ProbeStep(model.Network(data.Labels).Build(), phase, batch, recipe.Seed, device);
        return new PrecisionProbe(step.Take, clock).Run(cancellationToken);
    }

    private ImageTrainingBatch FirstBatch(
        Recipe recipe,
        ModelRecipe model,
        PhaseRecipe phase,
        CancellationToken cancellationToken
    )
    {
        int[] order = [.. EpochOrder.Shuffle(data.Train.Count, recipe.Seed, 0).Take(phase.BatchSize)];
        var loader = new SampleLoader(
            model.Preprocessing,
            recipe.Threads,
            new SkippedImages(data.Train.Count + data.Validation.Count)
        );
        DecodedBatch images = loader
            .ReadAsync(data.Train, order, phase.BatchSize, cancellationToken)
            .ToBlockingEnumerable(cancellationToken)
            .Single();
        return new ImageTrainingBatch(images, model.Preprocessing, augmenter: null, epoch: 0);
    }
}
