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
