using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Heads;
using Pipeline.Networks.Weights;
using Pipeline.Networks.Weights.Registry;

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
    /// <summary>Name in the catalog, or <see cref="LayerListNetwork.Name"/>.</summary>
    public required string Name { get; init; }

    /// <summary>Layers of a backbone of one's own; <c>null</c> when it is the catalog's.</summary>
    public IReadOnlyList<HeadLayer>? Layers { get; init; }

    /// <summary>
    /// Name of the pretrained weights, path of a file, or <c>run:&lt;path&gt;</c>; <c>null</c> starts from random
    /// numbers.
    /// </summary>
    public string? Weights { get; init; }

    /// <summary>
    /// Hex SHA-256 of what <see cref="Weights"/> names by its path: another file there is another recipe. <c>null</c>
    /// without such weights.
    /// </summary>
    public string? WeightsSha256 { get; init; }

    /// <summary>
    /// Whether the weights' own classifier is left out; <c>null</c> leaves known weights' out when it does not fit, and
    /// refuses a file's.
    /// </summary>
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

    /// <summary>
    /// Name of an earlier model of the run whose best weights this one starts from; <c>null</c> starts from the
    /// backbone's.
    /// </summary>
    public string? From { get; init; }

    /// <summary>From file bytes to the network's input.</summary>
    public required Preprocessing Preprocessing { get; init; }

    /// <summary>The feature extractor.</summary>
    public required BackboneRecipe Backbone { get; init; }

    /// <summary>The new classifier.</summary>
    public IReadOnlyList<HeadLayer> Head { get; init; } = HeadBuilder.Default;

    /// <summary>How what no weights are loaded into starts.</summary>
    public WeightInit Init { get; init; } = WeightInit.GlorotUniform;

    /// <summary>Stretches of training, in order; at least one.</summary>
    public required IReadOnlyList<PhaseRecipe> Phases { get; init; }

    /// <summary>
    /// For each class of the data the pretrained classifier's classes that mean it (<c>classes.group</c>); empty
    /// without.
    /// </summary>
    public IReadOnlyDictionary<string, ClassGroup> ClassGroups { get; init; } = new Dictionary<string, ClassGroup>();

    /// <summary>How its confidences are calibrated on the validation images (<c>calibration</c>).</summary>
    public ScoreCalibration Calibration { get; init; } = ScoreCalibration.Temperature;

    /// <summary>
    /// Accuracy that the validation images with a label must reach, in (0, 1]: the least certain get none
    /// (<c>reject.accuracy</c>). <c>null</c> labels every image.
    /// </summary>
    public double? RejectAccuracy { get; init; }

    /// <summary>The network that this model trains.</summary>
    /// <param name="labels">Names of the classes in the data, in output order.</param>
    /// <returns>From which graphs are built.</returns>
    /// <exception cref="RecipeException">
    /// There are groups, and a class has none, or a group is for no class.
    /// </exception>
    public NetworkSpec Network(IReadOnlyList<string> labels)
    {
        if (ClassGroups.Keys.FirstOrDefault(group => !labels.Contains(group)) is string unknown)
        {
            throw new RecipeException(
                $"Model '{Name}': 'classes.group' has a group '{unknown}', which is no class of the data. "
                    + $"The classes are: {string.Join(", ", labels)}."
            )
            {
                Subject = Name,
                Found = unknown,
            };
        }

        IReadOnlyList<HeadLayer> head =
            ClassGroups.Count == 0 ? Head : [new PretrainedLayer([.. labels.Select(GroupOf)])];
        return new NetworkSpec(Backbone.Name, Backbone.Cut, head, Preprocessing.Size, labels.Count)
        {
            Layers = Backbone.Layers,
        };
    }

    private ClassGroup GroupOf(string label) =>
        ClassGroups.TryGetValue(label, out ClassGroup? group)
            ? group
            : throw new RecipeException(
                $"Model '{Name}': 'classes.group' has no group for class '{label}' of the data. Its groups are: "
                    + $"{string.Join(", ", ClassGroups.Keys)}."
            )
            {
                Subject = Name,
                Expected = label,
            };
}

/// <summary>How the confidences of a trained model are made honest before it is exported.</summary>
public enum ScoreCalibration
{
    /// <summary>The logits are divided by one number, fitted on the validation images.</summary>
    Temperature,

    /// <summary>They are left as the network gives them.</summary>
    None,
}

/// <summary>How the kernels and matrices that no weights are loaded into start; biases start at 0.</summary>
public enum WeightInit
{
    /// <summary>Uniform in +-sqrt(6 / (fan in + fan out)): Keras's default.</summary>
    GlorotUniform,

    /// <summary>Uniform in +-sqrt(6 / fan in), for deep networks of ReLUs without normalisation.</summary>
    HeUniform,
}

/// <summary>The preprocessing that belongs to weights, which a recipe need not repeat.</summary>
internal static class KnownPreprocessing
{
    /// <summary>
    /// What a registry entry or an earlier run says; <c>null</c> for random weights and for files, which say nothing.
    /// </summary>
    /// <exception cref="Core.Errors.RecipeException">There are no such weights for this network.</exception>
    /// <exception cref="Core.Errors.WeightsException">There is no such run.</exception>
    internal static Preprocessing? Find(BackboneRecipe backbone) =>
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
