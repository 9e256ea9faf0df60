using Pipeline.Core.Tensors;

namespace Pipeline.Networks.Weights.Matching;

/// <summary>Weights that fit a network, and what was left out on purpose.</summary>
/// <param name="Weights">
/// Float tensors under the network's keys, in PyTorch's layout: all of the backbone's, and all or none of the head's.
/// Owned by the caller.
/// </param>
/// <param name="Notes">What was unwrapped, renamed or left out, one sentence each; to be shown.</param>
internal sealed record MatchedWeights(WeightSet Weights, IReadOnlyList<string> Notes)
{
    /// <summary>Whether the head's tensors are among <see cref="Weights"/>.</summary>
    public bool HasHead { get; init; }
}
