using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Checkpoints;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Weights;
using Pipeline.Trainer.Recipes;

namespace Pipeline.Trainer.Training;

/// <summary>The weights that a model starts from, and their name for its provenance.</summary>
/// <param name="Weights">One tensor per parameter.</param>
/// <param name="Origin">Name and hash.</param>
internal sealed record StartingWeights(WeightSet Weights, string Origin)
{
    /// <summary>Takes an earlier model's weights, or the pretrained backbone's with a random head, or random ones.</summary>
    internal static StartingWeights For(ModelRecipe model, NetworkGraph graph, Checkpoint? from, int seed, Func<string, string> packageFolder)
    {
        if (model.From is not null)
        {
            return from is null
                ? throw new RecipeException($"Model '{model.Name}' starts from '{model.From}', which has not been trained yet.")
                : new StartingWeights(from.Weights, from.Contract.Provenance["weights"]);
        }

        IEnumerable<TensorData> random = graph.Parameters.Select(spec => ParameterInitializer.Create(spec, seed));
        if (model.Backbone.Weights is null)
        {
            return new StartingWeights(new WeightSet(random), "random");
        }

        PretrainedWeights pretrained = WeightsRegistry.Load(model.Backbone.Weights, model.Network(graph.Output.OutputShape.Channels).BuildBackbone(), packageFolder);
        var weights = new WeightSet(random.Select(tensor => pretrained.Weights.TryGet(tensor.Name, out TensorData? known) ? known : tensor));
        return new StartingWeights(weights, $"{pretrained.Name} sha256:{pretrained.Sha256}");
    }
}
