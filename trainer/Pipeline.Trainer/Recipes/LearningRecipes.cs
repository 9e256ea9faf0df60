namespace Pipeline.Trainer.Recipes;

/// <summary>The optimizers by name.</summary>
public enum OptimizerKind
{
    /// <summary>Stochastic gradient descent, with momentum if given.</summary>
    Sgd,

    /// <summary>Adam.</summary>
    Adam,

    /// <summary>Adam whose weight decay shrinks the weights directly (<c>adamw</c>).</summary>
    Adamw,

    /// <summary>RMSprop (<c>rmsprop</c>).</summary>
    Rmsprop,
}

/// <summary>The optimizer of a phase.</summary>
public sealed record OptimizerRecipe
{
    /// <summary>Which one.</summary>
    public required OptimizerKind Name { get; init; }

    /// <summary>Learning rate at the start, positive. A recipe may leave it out for Adam and RMSprop: 1e-3.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Momentum of SGD and RMSprop, in [0, 1).</summary>
    public double Momentum { get; init; }

    /// <summary>Whether SGD looks ahead along its momentum (Nesterov).</summary>
    public bool Nesterov { get; init; }

    /// <summary>Decay rate of RMSprop's running mean square, in [0, 1); PyTorch calls it alpha.</summary>
    public double Rho { get; init; } = 0.9;

    /// <summary>
    /// Added to the denominator of Adam and RMSprop. A recipe may leave it out: 1e-8 for Adam as PyTorch has it, 1e-7
    /// for RMSprop as Keras has it.
    /// </summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>
    /// Share of each weight added to its gradient (L2), or for AdamW subtracted per unit of learning rate; never of
    /// biases and batch-norm.
    /// </summary>
    public double WeightDecay { get; init; }
}

/// <summary>
/// Learning rates of parts of a network, as factors of the phase's own. The head has the factor 1 unless it is named.
/// </summary>
/// <param name="Decay">
/// Factor per block, counted backwards from the head (layer-wise decay): the last block has it once, the one before
/// twice. In (0, 1]; 1 means none.
/// </param>
public sealed record BlockRates(double Decay)
{
    /// <summary>No part differs.</summary>
    public static BlockRates Uniform { get; } = new(1);

    /// <summary>
    /// Further factors by name or pattern of blocks, modules and nodes; the first that fits a node counts. Do not
    /// modify.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, double>> Factors { get; init; } = [];
}

/// <summary>How the learning rate goes over a phase, by name.</summary>
public enum ScheduleKind
{
    /// <summary>Stays.</summary>
    Constant,

    /// <summary>Half a cosine from the learning rate down to 0, step by step.</summary>
    Cosine,

    /// <summary>Multiplied by a factor every few epochs.</summary>
    Step,

    /// <summary>
    /// Up to the learning rate in the first part of the phase and down to almost 0 in the rest, both along half a
    /// cosine.
    /// </summary>
    OneCycle,

    /// <summary>Multiplied by a factor when the validation loss has not improved for a few epochs.</summary>
    Plateau,
}

/// <summary>How the learning rate goes over a phase.</summary>
/// <param name="Name">Which way.</param>
/// <param name="EveryEpochs">Epochs between two changes of <see cref="ScheduleKind.Step"/>, at least 1.</param>
/// <param name="Factor">
/// What each change of <see cref="ScheduleKind.Step"/> or <see cref="ScheduleKind.Plateau"/> multiplies the rate by, in
/// (0, 1].
/// </param>
public sealed record ScheduleRecipe(ScheduleKind Name, int EveryEpochs = 1, double Factor = 1)
{
    /// <summary>The rate stays.</summary>
    public static ScheduleRecipe Constant { get; } = new(ScheduleKind.Constant);

    /// <summary>
    /// Epochs at the start in which the rate rises from almost 0 in a straight line; the schedule begins after them. At
    /// least 0, and less than the phase has.
    /// </summary>
    public double WarmUpEpochs { get; init; }

    /// <summary>Epochs without improvement that <see cref="ScheduleKind.Plateau"/> waits for, at least 1.</summary>
    public int Patience { get; init; } = 1;
}

/// <summary>
/// What a phase minimises: cross-entropy, with these changes. A head with one sigmoid unit gives two logits, so this is
/// its binary cross-entropy too.
/// </summary>
/// <param name="ClassWeights">How much each class counts.</param>
/// <param name="LabelSmoothing">Share of the target mass spread evenly over the classes, in [0, 1).</param>
public sealed record LossRecipe(ClassWeighting ClassWeights = ClassWeighting.None, double LabelSmoothing = 0)
{
    /// <summary>Plain cross-entropy.</summary>
    public static LossRecipe Plain { get; } = new();
}

/// <summary>How much each class counts in the loss.</summary>
public enum ClassWeighting
{
    /// <summary>Every image alike.</summary>
    None,

    /// <summary>
    /// Every class alike: an image of class k weighs N / (K n_k), as in scikit-learn's <c>balanced</c>.
    /// </summary>
    Balanced,
}

/// <summary>What happens to gradients between backward and the optimizer.</summary>
/// <param name="ClipNorm">Largest joint norm of all gradients; <c>null</c> leaves them as they are.</param>
/// <param name="Accumulate">
/// Batches per step of the optimizer, at least 1; the last group of an epoch may have fewer. The gradient is that of
/// one batch of all their rows.
/// </param>
public sealed record GradientRecipe(double? ClipNorm = null, int Accumulate = 1)
{
    /// <summary>One batch per step, nothing clipped.</summary>
    public static GradientRecipe Plain { get; } = new();
}

/// <summary>
/// Training on mixtures of two images of a batch, the loss mixed alike. With both given, each batch takes one of them
/// at random.
/// </summary>
/// <param name="Mixup">
/// Alpha of the Beta distribution of the share in a weighted sum of two images; 0 turns it off.
/// </param>
/// <param name="Cutmix">
/// Alpha of the Beta distribution of the area that a rectangle of another image takes; 0 turns it off.
/// </param>
/// <remarks>Sources: Zhang et al. 2018, arXiv:1710.09412; Yun et al. 2019, arXiv:1905.04899.</remarks>
public sealed record MixRecipe(double Mixup = 0, double Cutmix = 0)
{
    /// <summary>No mixing.</summary>
    public static MixRecipe None { get; } = new();

    /// <summary>Whether there is any.</summary>
    public bool IsAny => Mixup > 0 || Cutmix > 0;
}
