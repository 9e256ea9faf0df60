using Pipeline.Core.Tensors;
using Pipeline.Networks.Graph;

namespace Pipeline.Export.Passes;

/// <summary>
/// A network and its weights on the way through the passes. Each pass gives a new one that computes the same function.
/// </summary>
/// <param name="Graph">The network.</param>
/// <param name="Weights">Its tensors by key; those that no node needs any more are ignored. Do not modify.</param>
/// <param name="Normalization">How pixels become the network's input; <c>null</c> when the caller does it.</param>
/// <param name="Features">Node whose result is an output too; <c>null</c> for none.</param>
internal sealed record NetworkModel(
    NetworkGraph Graph,
    IReadOnlyDictionary<string, TensorData> Weights,
    InputNormalization? Normalization = null,
    string? Features = null
)
{
    /// <summary>The same network without one node: whoever read it reads its first input.</summary>
    internal NetworkModel Bypass(string removed)
    {
        string source = Graph[removed].Inputs[0];
        Node[] nodes =
        [
            .. Graph
                .Nodes.Where(node => node.Name != removed)
                .Select(node =>
                    node.Inputs.Contains(removed)
                        ? node with
                        {
                            Inputs = [.. node.Inputs.Select(input => input == removed ? source : input)],
                        }
                        : node
                ),
        ];
        return this with
        {
            Graph = new NetworkGraph(Graph.Name, Graph.Input, [.. nodes]),
            Features = Features == removed ? source : Features,
        };
    }

    /// <summary>The same network with another operation in one node.</summary>
    internal NetworkModel Replace(string changed, Operation operation) =>
        this with
        {
            Graph = new NetworkGraph(
                Graph.Name,
                Graph.Input,
                [.. Graph.Nodes.Select(node => node.Name == changed ? node with { Operation = operation } : node)]
            ),
        };

    /// <summary>The same network with some tensors changed.</summary>
    internal NetworkModel With(params ReadOnlySpan<TensorData> changed)
    {
        var weights = new Dictionary<string, TensorData>(Weights, StringComparer.Ordinal);
        foreach (TensorData tensor in changed)
        {
            weights[tensor.Name] = tensor;
        }

        return this with
        {
            Weights = weights,
        };
    }

    /// <summary>
    /// The only node that reads a result; <c>null</c> when there are several or none, or the result is an output.
    /// </summary>
    internal Node? OnlyReaderOf(string name)
    {
        Node[] readers = [.. Graph.Nodes.Where(node => node.Inputs.Contains(name)).Take(2)];
        return readers.Length == 1 && name != Features && Graph.ReaderCount(name) == 1 ? readers[0] : null;
    }

    /// <summary>A copy of a bias to change; zeros when the layer has none.</summary>
    internal float[] BiasOf(string node, int length) =>
        Weights.TryGetValue($"{node}.bias", out TensorData? bias) ? bias.AsFloat32().ToArray() : new float[length];
}
