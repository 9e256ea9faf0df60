using System.Globalization;
using Pipeline.Core.Contracts;

namespace Pipeline.Trainer.Recipes;

/// <summary>One stretch of training with its own trainable set, optimizer and rate.</summary>
public sealed record PhaseRecipe
{
    /// <summary>Which layers are trained.</summary>
    public required TrainableSet Train { get; init; }

    /// <summary>How they are trained.</summary>
    public required OptimizerRecipe Optimizer { get; init; }

    /// <summary>Learning rates of parts of the network.</summary>
    public BlockRates BlockRates { get; init; } = BlockRates.Uniform;

    /// <summary>What is minimised.</summary>
    public LossRecipe Loss { get; init; } = LossRecipe.Plain;

    /// <summary>What happens to gradients before a step.</summary>
    public GradientRecipe Gradients { get; init; } = GradientRecipe.Plain;

    /// <summary>Training on mixtures of images.</summary>
    public MixRecipe Mix { get; init; } = MixRecipe.None;

    /// <summary>
    /// Decay of a running average of the weights, in (0, 1), which then is validated and kept instead of the weights
    /// themselves; 0 means none.
    /// </summary>
    public double Ema { get; init; }

    /// <summary>How the learning rate goes.</summary>
    public ScheduleRecipe Schedule { get; init; } = ScheduleRecipe.Constant;

    /// <summary>The number format of the training steps.</summary>
    public PrecisionMode Precision { get; init; } = PrecisionMode.Auto;

    /// <summary>Passes over the training images, at least 1.</summary>
    public required int Epochs { get; init; }

    /// <summary>Images per step, at least 1; the last batch of an epoch may be smaller.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Whether the last batch of a pass is left out when it is smaller than the others.</summary>
    public bool DropLast { get; init; }

    /// <summary>
    /// Batches per epoch; <c>null</c> means as many as there are. An epoch goes on where the one before stopped, and
    /// starts a new pass over the images when they are used up.
    /// </summary>
    public int? StepsPerEpoch { get; init; }

    /// <summary>
    /// Validation batches per epoch, always the same images, chosen at random once; <c>null</c> means all images.
    /// </summary>
    public int? ValidationSteps { get; init; }

    /// <summary>How trained batch-norm layers behave. Frozen layers always use running statistics.</summary>
    public BatchNormTraining BatchNorm { get; init; } = BatchNormTraining.Train;

    /// <summary>When to stop early; <c>null</c> means never.</summary>
    public EarlyStoppingRecipe? EarlyStopping { get; init; }

    /// <summary>
    /// Wall-clock minutes that the phase may take, positive: it ends after the epoch that crosses them. <c>null</c>
    /// means any time. A resumed phase counts what it used before.
    /// </summary>
    public double? TimeBudgetMinutes { get; init; }

    /// <summary>Which epoch's weights the phase ends with.</summary>
    public KeptEpoch Keep { get; init; }

    /// <summary>The metric by which an epoch is the best, and kept when <see cref="Keep"/> says so.</summary>
    public MonitoredMetric Best { get; init; } = MonitoredMetric.ValLoss;

    /// <summary>Random changes to training images.</summary>
    public AugmentationRecipe Augmentation { get; init; } = new();

    /// <summary>
    /// Whether validation images are changed as well, anew in each epoch; off by default, since it makes the metric
    /// noisy and the images harder than those of the model's use.
    /// </summary>
    public bool AugmentValidation { get; init; }

    /// <summary>
    /// Whether the backbone's features can be computed once and kept: only the head is trained, on images that are at
    /// most flipped.
    /// </summary>
    public bool UsesBottleneckFeatures =>
        Train.Kind == TrainableKind.Head && Augmentation.HasFewVariants && !AugmentValidation && !Mix.IsAny;

    /// <summary>What is trained and how long, in one clause.</summary>
    /// <returns>Such as <c>head, adam at 0.001, up to 30 epochs</c>.</returns>
    public string Describe() =>
        Train.Kind == TrainableKind.None
            ? "nothing is trained; measured as it is"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{Train.Describe()}, {WireNames.ToKebab(Optimizer.Name)} at {Optimizer.LearningRate}, "
                    + $"{(EarlyStopping is null ? string.Empty : "up to ")}{Epochs} epoch{(Epochs == 1 ? "" : "s")}"
            );
}

/// <summary>How trained batch-norm layers behave in a phase.</summary>
public enum BatchNormTraining
{
    /// <summary>They use their running statistics, which stay as they are; weight and bias are trained.</summary>
    Frozen,

    /// <summary>They use the batch's statistics and update the running ones.</summary>
    Train,
}

/// <summary>When to stop before the last epoch.</summary>
/// <param name="Monitor">The validation metric that must improve.</param>
/// <param name="Patience">Epochs without improvement that are tolerated, at least 1.</param>
/// <param name="MinDelta">Smaller improvements count as none.</param>
public sealed record EarlyStoppingRecipe(MonitoredMetric Monitor, int Patience, double MinDelta);

/// <summary>Which epoch's weights a phase ends with.</summary>
public enum KeptEpoch
{
    /// <summary>Those of the epoch that is best by <see cref="PhaseRecipe.Best"/>.</summary>
    Best,

    /// <summary>
    /// Those of the epoch that was trained last, be it the last of the recipe or the one at which early stopping or a
    /// time budget ended the phase.
    /// </summary>
    Last,
}

/// <summary>A metric of an epoch, to choose the best one by or to stop early by.</summary>
public enum MonitoredMetric
{
    /// <summary>Mean cross-entropy of the validation images; smaller is better.</summary>
    ValLoss,

    /// <summary>Micro accuracy on the validation images; larger is better.</summary>
    ValAccuracy,

    /// <summary>Mean loss of the training steps, as the phase's loss has it; smaller is better.</summary>
    Loss,

    /// <summary>Share of the training images that were right in their step; larger is better.</summary>
    Accuracy,
}

/// <summary>
/// The number format of a phase's training steps. Validation, features, golden logits and the gate are always computed
/// in 32 bits.
/// </summary>
public enum PrecisionMode
{
    /// <summary>Whichever is faster here, by measurement before the run; a resolved recipe never says this.</summary>
    Auto,

    /// <summary>32-bit floats.</summary>
    Fp32,

    /// <summary>
    /// Convolutions and matrix products in bfloat16 with pixels behind each other in memory; weights, loss and
    /// optimizer in 32 bits.
    /// </summary>
    Bf16,
}

/// <summary>Which layers a phase trains.</summary>
/// <param name="Kind">How the set is said.</param>
/// <param name="Block">
/// Block, module or node from which on everything trains, for <see cref="TrainableKind.From"/>.
/// </param>
/// <param name="Count">Number of layers before the head, for <see cref="TrainableKind.Last"/>.</param>
public sealed record TrainableSet(TrainableKind Kind, string? Block = null, int Count = 0)
{
    /// <summary>Names and patterns of the layers, for <see cref="TrainableKind.Layers"/>. Do not modify.</summary>
    public IReadOnlyList<string> Layers { get; init; } = [];

    /// <summary>The set in words.</summary>
    /// <returns>Such as <c>the last 4 layers and the head</c>.</returns>
    public string Describe() =>
        Kind switch
        {
            TrainableKind.Head => "the head",
            TrainableKind.All => "all layers",
            TrainableKind.From => $"from {Block} on",
            TrainableKind.Last => $"the last {Count} layers and the head",
            TrainableKind.Layers => $"layers {string.Join(", ", Layers)}",
            _ => "nothing",
        };
}

/// <summary>How a trainable set is said.</summary>
public enum TrainableKind
{
    /// <summary>Nothing: the model is used as it is, and only measured.</summary>
    None,

    /// <summary>The new classifier only: feature extraction.</summary>
    Head,

    /// <summary>Everything.</summary>
    All,

    /// <summary>From a block on, head included.</summary>
    From,

    /// <summary>The last n layers of the backbone as Keras counts layers, and the head.</summary>
    Last,

    /// <summary>The layers that are listed, and no other: the head only when it is listed as well.</summary>
    Layers,
}
