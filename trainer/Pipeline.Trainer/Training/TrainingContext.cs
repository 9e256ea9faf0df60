using Pipeline.Core.Imaging.Loading;
using Pipeline.Networks.Weights.Registry;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Features;
using Pipeline.Trainer.Recipes;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Training;

/// <summary>What all models of a run share.</summary>
internal sealed record TrainingContext
{
    /// <summary>The resolved recipe.</summary>
    public required Recipe Recipe { get; init; }

    /// <summary>The images.</summary>
    public required DatasetSplits Data { get; init; }

    /// <summary>Hash of the split manifest.</summary>
    public required string DataHash { get; init; }

    /// <summary>Counts the images that cannot be read.</summary>
    public required SkippedImages Skipped { get; init; }

    /// <summary>Where bottleneck features are kept.</summary>
    public required FeatureCache Features { get; init; }

    /// <summary>
    /// Memory that decoded images may take between epochs, in bytes; 0 decodes them in each epoch. Changes the speed
    /// only.
    /// </summary>
    public long ImageCacheBytes { get; init; } = KeptImages.DefaultBudgetBytes;

    /// <summary>Finds pretrained weights.</summary>
    public required WeightsStore Weights { get; init; }

    /// <summary>Where libtorch computes.</summary>
    public required Device Device { get; init; }

    /// <summary>Told what happens.</summary>
    public required IProgress<TrainingUpdate> Progress { get; init; }

    /// <summary>Measures times.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>Version of this program, for the model's provenance.</summary>
    public required string CodeVersion { get; init; }
}
