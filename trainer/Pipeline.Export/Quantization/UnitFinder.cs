using Onnx;

namespace Pipeline.Export.Quantization;

/// <summary>Finds the operators of a graph that ONNX Runtime has in int8 when they stand between DequantizeLinear and QuantizeLinear.</summary>
/// <remarks>Facts: the runtime's rules in <c>onnxruntime/core/optimizer/qdq_transformer/selectors_actions</c>, 1.29; held against the runtime in <c>RuntimeFusionTests</c>.</remarks>
internal sealed class UnitFinder
{
    private readonly GraphProto graph;
    private readonly Initializers constants;
    private readonly ILookup<string, NodeProto> readers;
    private readonly HashSet<string> outputs;

    internal UnitFinder(GraphProto graph)
    {
        this.graph = graph;
        constants = new Initializers(graph);
        readers = graph.Node.SelectMany(node => node.Input.Select(input => (input, node))).ToLookup(pair => pair.input, pair => pair.node, StringComparer.Ordinal);
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
                IReadOnlyList<string> inputs = node.OpType is "Add" or "Concat" ? node.Input : [node.Input[0]];
                NodeProto? relu = kind == UnitKind.Passing ? null : ReluBehind(node);
                units.Add(new QuantizationUnit(kind, node, inputs, relu?.Output[0] ?? node.Output[0], relu is null ? float.PositiveInfinity : CeilingOf(relu)));
            }
        }

        return units;
    }

    private UnitKind? Kind(NodeProto node) => node.OpType switch
    {
        "Conv" or "Gemm" or "MatMul" => HasConstantWeights(node) ? UnitKind.Weighted : null,
        "Add" or "Concat" => node.Input.All(input => !constants.Has(input)) ? UnitKind.Arithmetic : null,
        "AveragePool" => node.Attribute.Any(attribute => attribute is { Name: "ceil_mode", I: 1 }) ? null : UnitKind.Arithmetic,
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

        bool isPlain = node.OpType == "Conv" || node.Attribute.All(attribute => attribute.Name switch
        {
            "transA" => attribute.I == 0,
            "alpha" or "beta" => attribute.F == 1,
            _ => true,
        });
        return isPlain && (bias is null || constants.FloatShape(bias) is [long length] && length == shape[QuantizationUnit.WeightAxisOf(node)]);
    }

    /// <summary>A Relu, or a Clip from 0, that alone reads the node's result.</summary>
    private NodeProto? ReluBehind(NodeProto node)
    {
        string result = node.Output[0];
        return !outputs.Contains(result) && readers[result].ToArray() is [NodeProto reader] && (reader.OpType == "Relu" || CeilingOf(reader) > 0) ? reader : null;
    }

    /// <summary>The upper bound of a Clip from 0; infinite for a Relu; 0 for anything else.</summary>
    private float CeilingOf(NodeProto node)
    {
        if (node.OpType != "Clip")
        {
            return node.OpType == "Relu" ? float.PositiveInfinity : 0;
        }

        bool isFromZero = node.Input.Count == 3 && constants.FloatShape(node.Input[1]) is not null && constants.FloatShape(node.Input[2]) is not null && constants.Floats(node.Input[1]) is [0f];
        return isFromZero ? constants.Floats(node.Input[2])[0] : 0;
    }
}
