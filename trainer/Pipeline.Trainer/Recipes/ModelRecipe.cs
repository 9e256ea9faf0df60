using Pipeline.Core.Contracts;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Heads;

namespace Pipeline.Trainer.Recipes;

/// <summary>What to do with a backbone's batch-norm statistics before training.</summary>
public enum BatchNormStart
{
    /// <summary>Keep those of the weights.</summary>
    Keep,

    /// <summary>Measure them again on the training images (<c>re-estimate</c>).</summary>
    ReEstimate,
}

/// <summary>The pretrained feature extractor.</summary>
public sealed record BackboneRecipe
{
    /// <summary>Name in the catalog.</summary>
    public required string Name { get; init; }

    /// <summary>Name of the pretrained weights, path of a file, or <c>run:&lt;path&gt;</c>; <c>null</c> starts from random numbers.</summary>
    public string? Weights { get; init; }

    /// <summary>Whether the weights' own classifier is left out; <c>null</c> leaves known weights' out when it does not fit, and refuses a file's.</summary>
    public bool? ReplaceHead { get; init; }

    /// <summary>Node where the backbone ends; <c>null</c> means its last node.</summary>
    public string? Cut { get; init; }

    /// <summary>What to do with its batch-norm statistics.</summary>
    public BatchNormStart BatchNorm { get; init; } = BatchNormStart.Keep;
}

/// <summary>One model of a run.</summary>
public sealed record ModelRecipe
{
    /// <summary>Name in tables and folders. Letters, digits, <c>-</c> and <c>_</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Name of an earlier model of the run whose best weights this one starts from; <c>null</c> starts from the backbone's.</summary>
    public string? From { get; init; }

    /// <summary>From file bytes to the network's input.</summary>
    public required Preprocessing Preprocessing { get; init; }

    /// <summary>The feature extractor.</summary>
    public required BackboneRecipe Backbone { get; init; }

    /// <summary>The new classifier.</summary>
    public IReadOnlyList<HeadLayer> Head { get; init; } = HeadBuilder.Default;

    /// <summary>Stretches of training, in order; at least one.</summary>
    public required IReadOnlyList<PhaseRecipe> Phases { get; init; }

    /// <summary>The network that this model trains.</summary>
    /// <param name="classCount">Number of classes.</param>
    /// <returns>From which graphs are built.</returns>
    public NetworkSpec Network(int classCount) => new(Backbone.Name, Backbone.Cut, Head, Preprocessing.Size, classCount);
}
