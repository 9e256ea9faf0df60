using Pipeline.Core.Metrics;

namespace Pipeline.Trainer.Runs;

/// <summary>Two models of a run on the same images.</summary>
/// <param name="Model">The first of the two; the second is the one whose row this stands in.</param>
/// <param name="Counts">How they answered the images that both could read.</param>
public sealed record ModelPair(string Model, PairedCounts Counts);
