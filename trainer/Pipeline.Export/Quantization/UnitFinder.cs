using Onnx;
using Pipeline.Export.Quantization.Calibration;

namespace Pipeline.Export.Quantization;

/// <summary>
/// Finds the operators of a graph that ONNX Runtime has in int8 when they stand between DequantizeLinear and
/// QuantizeLinear.
/// </summary>
/// <remarks>
/// Facts: the runtime's rules in <c>onnxruntime/core/optimizer/qdq_transformer/selectors_actions</c>, 1.29; held
/// against the runtime in <c>RuntimeFusionTests</c>.
/// </remarks>
internal sealed class UnitFinder
{
    private const float HardSwishFloor = -3;

    private readonly GraphProto graph;
    private readonly Initializers constants;
    private readonly ILookup<string, NodeProto> readers;
    private readonly HashSet<string> outputs;

    internal UnitFinder(GraphProto graph)
    {
        this.graph = graph;
        constants = new Initializers(graph);
        readers = graph
            .Node.SelectMany(node => node.Input.Select(input => (input, node)))
            .ToLookup(pair => pair.input, pair => pair.node, StringComparer.Ordinal);
        outputs = [.. graph.Output.Select(output => output.Name)];
    }

    /// <summary>The units in the order of the graph.</summary>
    internal IReadOnlyList<QuantizationUnit> Find()
    {
        var units = new List<QuantizationUnit>();
        foreach (NodeProto node in graph.Node)
        {
            if (Kind(node) is UnitKind kind)
            {
                IReadOnlyList<string> inputs = node.OpType is "Add" or "Mul" or "Concat" ? node.Input : [node.Input[0]];
                NodeProto? relu = kind is UnitKind.Weighted or UnitKind.Arithmetic ? ReluBehind(node) : null;
                string output = relu?.Output[0] ?? node.Output[0];
                units.Add(
                    new QuantizationUnit(
                        kind,
                        node,
                        inputs,
                        output,
                        new ValueRange(FloorOf(output), CeilingOf(relu ?? node))
                    )
                );
            }
        }

        return units;
    }

    private UnitKind? Kind(NodeProto node) =>
        node.OpType switch
        {
            "Conv" or "Gemm" or "MatMul" => HasConstantWeights(node) ? UnitKind.Weighted : null,
            "Add" or "Mul" or "Concat" => node.Input.All(input => !constants.Has(input)) ? UnitKind.Arithmetic : null,
            "Sigmoid" or "HardSwish" => UnitKind.Arithmetic,
            "HardSigmoid" => IsAroundHalf(node)
            && readers[node.Input[0]].Count() == 1
            && !outputs.Contains(node.Input[0])
                ? UnitKind.Rescaling
                : null,
            "AveragePool" => node.Attribute.Any(attribute => attribute is { Name: "ceil_mode", I: 1 })
                ? null
                : UnitKind.Arithmetic,
            "GlobalAveragePool" => UnitKind.Arithmetic,
            "MaxPool" => node.Output.Count == 1 ? UnitKind.Passing : null,
            "Flatten" or "Reshape" or "Squeeze" or "Transpose" => UnitKind.Passing,
            _ => null,
        };

    private bool HasConstantWeights(NodeProto node)
    {
        if (constants.Has(node.Input[0]) || constants.FloatShape(node.Input[1]) is not { Count: > 1 } shape)
        {
            return false;
        }

        string? bias = node.Input.Count > 2 && node.Input[2].Length > 0 ? node.Input[2] : null;
        if (node.OpType == "MatMul")
        {
            return shape.Count == 2;
        }

        bool isPlain =
            node.OpType == "Conv"
            || node.Attribute.All(attribute =>
                attribute.Name switch
                {
                    "transA" => attribute.I == 0,
                    "alpha" or "beta" => attribute.F == 1,
                    _ => true,
                }
            );
        return isPlain
            && (
                bias is null
                || constants.FloatShape(bias) is [long length] && length == shape[QuantizationUnit.WeightAxisOf(node)]
            );
    }

    /// <summary>A Relu, or a Clip from 0, that alone reads the node's result.</summary>
    private NodeProto? ReluBehind(NodeProto node)
    {
        string result = node.Output[0];
        return
            !outputs.Contains(result)
            && readers[result].ToArray() is [NodeProto reader]
            && (reader.OpType == "Relu" || IsClipFromZero(reader))
            ? reader
            : null;
    }

    private bool IsClipFromZero(NodeProto node) =>
        node.OpType == "Clip"
        && node.Input.Count == 3
        && constants.FloatShape(node.Input[1]) is not null
        && constants.FloatShape(node.Input[2]) is not null
        && constants.Floats(node.Input[1]) is [0f];

    /// <summary>The largest value that an operator can give.</summary>
    private float CeilingOf(NodeProto node) =>
        IsClipFromZero(node) ? constants.Floats(node.Input[2])[0]
        : node.OpType == "Sigmoid" ? 1
        : float.PositiveInfinity;

    /// <summary>
    /// The value below which all are the same to whoever reads them: HardSwish makes 0 of everything below -3.
    /// </summary>
    private float FloorOf(string tensor) =>
        !outputs.Contains(tensor)
        && readers.Contains(tensor)
        && readers[tensor].All(reader => reader.OpType == "HardSwish")
            ? HardSwishFloor
            : float.NegativeInfinity;

    /// <summary>
    /// Whether a HardSigmoid max(0, min(1, alpha x + beta)) has beta = 1/2, which is nearly the middle of the bytes.
    /// </summary>
    private static bool IsAroundHalf(NodeProto node) =>
        node.Attribute.Any(attribute => attribute is { Name: "alpha", F: > 0 })
        && node.Attribute.All(attribute => attribute.Name != "beta" || attribute.F == 0.5f);
}
