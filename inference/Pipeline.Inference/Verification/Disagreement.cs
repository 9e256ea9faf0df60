namespace Pipeline.Inference.Verification;

/// <summary>An image to which the exported model gives another class than the trainer's.</summary>
/// <param name="Image">Its path, or <c>#index</c> when the golden file names none.</param>
/// <param name="Expected">The trainer's class.</param>
/// <param name="Found">The exported model's class.</param>
/// <param name="Margin">The trainer's best logit minus its second best.</param>
/// <param name="Counted">
/// Whether it counts as a difference: no when the margin is below the tolerance, so that either class is right.
/// </param>
public sealed record Disagreement(string Image, string Expected, string Found, double Margin, bool Counted);
