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
}
