namespace WebApi;

/// <summary>What the service says about an image.</summary>
/// <param name="Label">Most probable class.</param>
/// <param name="Probability">Its probability, in [0, 1].</param>
public sealed record Answer(string? Label, float Probability);
