using Pipeline.Core.Errors;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;
using Pipeline.Networks.Weights;
using Pipeline.Networks.Weights.Registry;
using Pipeline.Trainer.Execution;
using YamlDotNet.RepresentationModel;

namespace Pipeline.Trainer.Recipes.Reading;

/// <summary>
/// Builds the networks of a recipe once, on paper, so that an unknown network, cut, block or name of weights is an
/// error at its line before anything is trained, not an hour later.
/// </summary>
internal static class NetworkCheck
{
    /// <summary>Any number of classes will do: shapes before the last layer do not depend on it.</summary>
    private static readonly string[] AnyClasses = ["first", "second"];

    /// <summary>Refuses a model whose network cannot be built or trained as asked.</summary>
    /// <param name="section">The model's section, read already.</param>
    /// <param name="model">What was read.</param>
    /// <exception cref="RecipeException">With the line of the value that does not fit.</exception>
    internal static void Require(YamlSection section, ModelRecipe model)
    {
        NetworkSpec spec = model.Network(model.ClassGroups.Count > 0 ? [.. model.ClassGroups.Keys] : AnyClasses);
        YamlSection backbone = section.SectionOrNull("backbone") ?? section;
        YamlNode size = section.SectionOrNull("preprocessing")?.Find("size") ?? section.Mapping;
        YamlNode? cut = backbone.Find("cut");
        At(
            section,
            backbone.Find("name"),
            () =>
                spec.Layers is not null || NetworkCatalog.Names.Contains(spec.Backbone)
                    ? null
                    : NetworkCatalog.Create(spec.Backbone, spec.Size)
        );
        At(section, spec.Layers is null ? size : backbone.Find("layers"), spec.BuildUncut);
        NetworkGraph? graph = At(section, cut ?? section.Find("head"), spec.BuildBackbone);
        if (model.Backbone.Weights is string weights)
        {
            At(
                section,
                backbone.Find("weights"),
                () =>
                {
                    WeightsReference reference = WeightsReference.Parse(weights);
                    if (reference.Kind == WeightsKind.Registry)
                    {
                        WeightsRegistry.Require(weights, spec.Backbone);
                    }
                    else if (reference.Kind == WeightsKind.Run)
                    {
                        RunWeights.CheckpointOf(reference.Text);
                    }
                    else
                    {
                        WeightsFile.RequireThere(reference.Text);
                    }

                    return graph;
                }
            );
        }

        NetworkGraph? whole =
            model.Head is [PretrainedLayer] && model.ClassGroups.Count == 0
                ? graph
                : At(section, section.Find("classes") ?? section.Find("head"), spec.Build);
        IReadOnlyList<YamlNode> phases = section.List("phases");
        for (int index = 0; whole is not null && index < phases.Count; index++)
        {
            At(section, phases[index], () => TrainableNodes.Find(whole, model.Phases[index].Train));
            At(section, phases[index], () => LearningRateFactors.Compute(whole, model.Phases[index].BlockRates));
            RequireBatches(section, phases[index], whole, model.Phases[index]);
        }
    }

    /// <summary>Refuses batch-norm on batches of one image, whose deviation is that of nothing.</summary>
    private static void RequireBatches(YamlSection section, YamlNode node, NetworkGraph graph, PhaseRecipe phase)
    {
        if (
            phase.BatchSize == 1
            && ForwardMode.Training(graph, phase, TrainableNodes.Find(graph, phase.Train)).BatchNormNodes
                is { Count: > 0 } norms
        )
        {
            throw section.At(
                node,
                $"the phase trains {norms.Count} batch-norm layers ('{norms.First()}' and on) on batches of one "
                    + "image, which have no statistics. Use a batch_size of at least 2, or batch_norm: frozen."
            );
        }
    }

    private static T? At<T>(YamlSection section, YamlNode? node, Func<T?> attempt)
        where T : class
    {
        try
        {
            return attempt();
        }
        catch (Exception error) when (error is RecipeException or ShapeException or WeightsException)
        {
            throw section.At(node ?? section.Mapping, error.Message);
        }
    }
}
