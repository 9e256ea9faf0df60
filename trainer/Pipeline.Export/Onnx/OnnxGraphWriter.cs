using Google.Protobuf;
using Onnx;
using Pipeline.Core.Tensors;

namespace Pipeline.Export.Onnx;

/// <summary>Collects nodes and initializers of one ONNX graph.</summary>
internal sealed class OnnxGraphWriter(string name)
{
    private readonly HashSet<string> initializers = new(StringComparer.Ordinal);

    /// <summary>The graph so far.</summary>
    internal GraphProto Graph { get; } = new() { Name = name };

    /// <summary>Adds a node with one output, which is named like the node unless said otherwise.</summary>
    internal string Add(string operatorType, string output, IEnumerable<string> inputs, params IEnumerable<AttributeProto> attributes)
    {
        var node = new NodeProto { Name = output, OpType = operatorType };
        node.Input.AddRange(inputs);
        node.Output.Add(output);
        node.Attribute.AddRange(attributes);
        Graph.Node.Add(node);
        return output;
    }

    /// <summary>Adds a float tensor; its memory is borrowed until the file is written.</summary>
    internal string AddInitializer(TensorData tensor)
    {
        if (initializers.Add(tensor.Name))
        {
            var proto = new TensorProto { Name = tensor.Name, DataType = (int)TensorProto.Types.DataType.Float, RawData = UnsafeByteOperations.UnsafeWrap(tensor.Bytes) };
            proto.Dims.AddRange(tensor.Shape);
            Graph.Initializer.Add(proto);
        }

        return tensor.Name;
    }

    /// <summary>Adds a float constant.</summary>
    internal string AddConstant(string constantName, long[] shape, params ReadOnlySpan<float> values) => AddInitializer(TensorData.FromFloat32(constantName, shape, values));

    /// <summary>Adds a vector of integers.</summary>
    internal string AddConstant(string constantName, params IEnumerable<long> values)
    {
        var proto = new TensorProto { Name = constantName, DataType = (int)TensorProto.Types.DataType.Int64 };
        proto.Int64Data.AddRange(values);
        proto.Dims.Add(proto.Int64Data.Count);
        if (initializers.Add(constantName))
        {
            Graph.Initializer.Add(proto);
        }

        return constantName;
    }

    /// <summary>Declares an input or output <c>[N, ...]</c>; N is dynamic.</summary>
    internal static ValueInfoProto Value(string valueName, TensorProto.Types.DataType type, params ReadOnlySpan<long> sizes)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = "N" });
        foreach (long size in sizes)
        {
            shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = size });
        }

        return new ValueInfoProto { Name = valueName, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape } } };
    }

    /// <summary>An integer attribute.</summary>
    internal static AttributeProto Integer(string attribute, long value) => new() { Name = attribute, Type = AttributeProto.Types.AttributeType.Int, I = value };

    /// <summary>A float attribute.</summary>
    internal static AttributeProto Float(string attribute, double value) => new() { Name = attribute, Type = AttributeProto.Types.AttributeType.Float, F = (float)value };

    /// <summary>A list of integers.</summary>
    internal static AttributeProto Integers(string attribute, params IEnumerable<long> values)
    {
        var proto = new AttributeProto { Name = attribute, Type = AttributeProto.Types.AttributeType.Ints };
        proto.Ints.AddRange(values);
        return proto;
    }
}
