using System.Collections.Immutable;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Graph;

namespace Pipeline.Export.Passes;

/// <summary>A network and its weights on the way through the passes. Each pass gives a new one that computes the same function.</summary>
/// <param name="Graph">The network.</param>
/// <param name="Weights">Its tensors by key; those that no node needs any more are ignored. Do not modify.</param>
internal sealed record NetworkModel(NetworkGraph Graph, IReadOnlyDictionary<string, TensorData> Weights)
{
    /// <summary>The same network without one node: whoever read it reads its first input.</summary>
    internal static ImmutableArray<Node> Bypass(ImmutableArray<Node> nodes, Node removed) =>
        [.. nodes.Where(node => node != removed).Select(node => node.Inputs.Contains(removed.Name)
            ? node with { Inputs = [.. node.Inputs.Select(input => input == removed.Name ? removed.Inputs[0] : input)] }
            : node)];
}
