namespace Pipeline.Trainer.Recipes;

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
