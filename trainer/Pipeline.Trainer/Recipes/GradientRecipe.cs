namespace Pipeline.Trainer.Recipes;

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
