using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Checkpoints;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;
using Pipeline.Networks.Weights;
using Pipeline.Networks.Weights.Matching;
using Pipeline.Networks.Weights.Reading;
using Pipeline.Networks.Weights.Registry;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Recipes;

namespace Pipeline.Trainer.Training;

/// <summary>The weights that a model starts from, and their name for its provenance.</summary>
/// <param name="Weights">One tensor per parameter.</param>
/// <param name="Origin">Name and hash.</param>
internal sealed record StartingWeights(WeightSet Weights, string Origin)
{
    /// <summary>Takes an earlier model's weights, or pretrained ones with a random head, or random ones.</summary>
    internal static StartingWeights For(ModelRecipe model, NetworkSpec spec, Checkpoint? from, TrainingContext context)
    {
        if (model.From is not null)
        {
            return from is null
                ? throw new RecipeException(
                    $"Model '{model.Name}' starts from '{model.From}', which has not been trained yet."
                )
                : new StartingWeights(from.Weights, from.Contract.Provenance["weights"]);
        }

        NetworkGraph graph = spec.Build();
        IEnumerable<TensorData> random = graph.Parameters.Select(parameter =>
            ParameterInitializer.Create(parameter, context.Recipe.Seed, model.Init)
        );
        if (model.Backbone.Weights is not string text)
        {
            return new StartingWeights(new WeightSet(random), "random");
        }

        WeightsReference reference = WeightsReference.Parse(text);
        (MatchedWeights matched, string origin) =
            reference.Kind == WeightsKind.Run
                ? FromRun(model, spec, reference.Text, context)
                : FromFile(model, graph, reference, context);
        foreach (string note in matched.Notes.Concat(InputWarning.For(model)))
        {
            context.Progress.Message(note);
        }

        var weights = new WeightSet(
            random.Select(tensor => matched.Weights.TryGet(tensor.Name, out TensorData? known) ? known : tensor)
        );
        return new StartingWeights(weights, origin);
    }

    private static (MatchedWeights Matched, string Origin) FromFile(
        ModelRecipe model,
        NetworkGraph graph,
        WeightsReference reference,
        TrainingContext context
    )
    {
        bool isKnown = reference.Kind == WeightsKind.Registry;
        string path = isKnown
            ? context.Weights.Locate(WeightsRegistry.Require(reference.Text, model.Backbone.Name)).Path
            : reference.Text;
        (ImportedWeights imported, string sha256) = WeightsStore.Read(path);
        HeadUse use = model.Backbone.ReplaceHead switch
        {
            _ when model.Head is [PretrainedLayer] => HeadUse.Keep,
            true => HeadUse.Replace,
            false => HeadUse.Require,
            null => isKnown ? HeadUse.IfItFits : HeadUse.Require,
        };
        return (
            WeightsMatch.Match(graph, imported, use),
            $"{(isKnown ? reference.Text : Path.GetFileName(reference.Text))} sha256:{sha256}"
        );
    }

    private static (MatchedWeights Matched, string Origin) FromRun(
        ModelRecipe model,
        NetworkSpec spec,
        string path,
        TrainingContext context
    )
    {
        string file = RunWeights.CheckpointOf(path);
        Checkpoint earlier = Checkpoint.Load(file);
        MatchedWeights matched = RunWeights.Fit(
            earlier,
            file,
            spec,
            context.Data.Labels,
            model.Backbone.ReplaceHead ?? false,
            parameter => ParameterInitializer.Create(parameter, context.Recipe.Seed, model.Init)
        );
        using FileStream stream = File.OpenRead(file);
        return (
            matched,
            $"run sha256:{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(stream))}, "
                + $"which started from {earlier.Contract.Provenance.GetValueOrDefault("weights", "unknown weights")}"
        );
    }
}
