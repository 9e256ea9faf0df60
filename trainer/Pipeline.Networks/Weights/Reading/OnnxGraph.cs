using Pipeline.Core.Contracts;
using Pipeline.Core.Tensors;

namespace Pipeline.Networks.Weights.Reading;

/// <summary>The graph of an ONNX file, not yet checked for order, cycles or missing inputs.</summary>
/// <param name="Nodes">In the file's order, without <c>Constant</c> nodes.</param>
/// <param name="Inputs">Names of the graph's inputs; before IR 4 initializers are among them.</param>
/// <param name="Constants">Initializers and the tensors of <c>Constant</c> nodes, by name.</param>
internal sealed record OnnxGraph(
    IReadOnlyList<OnnxNode> Nodes,
    IReadOnlyList<string> Inputs,
    IReadOnlyDictionary<string, TensorData> Constants
)
{
    /// <summary>Size of the images that the graph was written for; <c>null</c> when it does not say.</summary>
    internal ImageSize? Size { get; init; }
}
