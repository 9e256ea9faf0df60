using Onnx;
using Pipeline.Export.Quantization.Calibration;

namespace Pipeline.Export.Quantization;

/// <summary>An operator that can be int8, with the ReLU behind it that the runtime then leaves out.</summary>
/// <param name="Kind">What int8 means for it.</param>
/// <param name="Node">The operator. Borrowed.</param>
/// <param name="Inputs">Its activations, without weights.</param>
/// <param name="Output">Its result: that of the ReLU, if there is one.</param>
/// <param name="Bounds">
/// Outside of these, values of the result do not occur (above 6 after ReLU6) or are all the same to whoever reads them
/// (below -3 for HardSwish); infinite where there is no bound.
/// </param>
internal sealed record QuantizationUnit(
    UnitKind Kind,
    NodeProto Node,
    IReadOnlyList<string> Inputs,
    string Output,
    ValueRange Bounds
)
{
    /// <summary>Name by which a person and the options know it.</summary>
    internal string Name => Node.Name.Length > 0 ? Node.Name : Node.Output[0];

    /// <summary>Axis of the weights that counts output channels.</summary>
    internal int WeightAxis => WeightAxisOf(Node);

    /// <summary>Axis of a weighted operator's weights that counts output channels.</summary>
    internal static int WeightAxisOf(NodeProto node) =>
        node.OpType == "Conv" || node.Attribute.Any(attribute => attribute is { Name: "transB", I: 1 }) ? 0 : 1;
}
