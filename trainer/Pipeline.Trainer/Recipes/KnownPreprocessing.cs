using Pipeline.Core.Contracts;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Weights;
using Pipeline.Networks.Weights.Registry;

namespace Pipeline.Trainer.Recipes;

/// <summary>The preprocessing that belongs to weights, which a recipe need not repeat.</summary>
internal static class KnownPreprocessing
{
    /// <summary>
    /// What a registry entry or an earlier run says; <c>null</c> for random weights and for files, which say nothing.
    /// </summary>
    /// <exception cref="Core.Errors.RecipeException">There are no such weights for this network.</exception>
    /// <exception cref="Core.Errors.WeightsException">There is no such run.</exception>
    internal static Preprocessing? Of(BackboneRecipe backbone) =>
        backbone.Weights is null
            ? null
            : WeightsReference.Parse(backbone.Weights) switch
            {
                { Kind: WeightsKind.Registry, Text: string name } => WeightsRegistry
                    .Require(name, backbone.Name)
                    .Preprocessing(),
                { Kind: WeightsKind.Run, Text: string path } => OfRun(RunWeights.CheckpointOf(path)),
                _ => null,
            };

    private static Preprocessing OfRun(string file) =>
        ModelContract.FromMetadata(SafetensorsFile.Read(file).Metadata, file).Preprocessing;
}
