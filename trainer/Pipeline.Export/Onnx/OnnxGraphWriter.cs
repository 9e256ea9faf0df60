using Google.Protobuf;
using Onnx;
using Pipeline.Core.Tensors;

namespace Pipeline.Export.Onnx;

/// <summary>Collects nodes and initializers of one ONNX graph.</summary>
internal sealed class OnnxGraphWriter(GraphProto graph)
{
    private readonly HashSet<string> initializers = new(StringComparer.Ordinal);

    /// <summary>The graph so far.</summary>
    internal GraphProto Graph => graph;

    /// <summary>
    /// Type that float tensors are written in from now on: float32, or float16 between the casts of a half-precision
    /// network.
    /// </summary>
    internal TensorProto.Types.DataType FloatType { get; set; } = TensorProto.Types.DataType.Float;

    /// <summary>Adds a node with one output, which is named like the node unless said otherwise.</summary>
    internal string Add(
        string operatorType,
        string output,
        IEnumerable<string> inputs,
        params IEnumerable<AttributeProto> attributes
    )
    {
        var node = new NodeProto { Name = output, OpType = operatorType };
        node.Input.AddRange(inputs);
        node.Output.Add(output);
        node.Attribute.AddRange(attributes);
        Graph.Node.Add(node);
        return output;
    }

    /// <summary>Changes the type of a value, and of the float tensors that are written from now on.</summary>
    internal string Cast(string output, string input, TensorProto.Types.DataType type)
    {
        FloatType = type;
        return Add("Cast", output, [input], Integer("to", (long)type));
    }

    /// <summary>
    /// Adds a float tensor as <see cref="FloatType"/>; as float32 its memory is borrowed until the file is written.
    /// </summary>
    /// <exception cref="Core.Errors.ExportException">A value is too large for float16.</exception>
    internal string AddInitializer(TensorData tensor)
    {
        if (initializers.Add(tensor.Name))
        {
            ReadOnlyMemory<byte> bytes =
                FloatType == TensorProto.Types.DataType.Float16 ? HalfFloats.From(tensor) : tensor.Bytes;
            var proto = new TensorProto
            {
                Name = tensor.Name,
                DataType = (int)FloatType,
                RawData = UnsafeByteOperations.UnsafeWrap(bytes),
            };
            proto.Dims.AddRange(tensor.Shape);
            Graph.Initializer.Add(proto);
        }

        return tensor.Name;
    }

    /// <summary>Adds a float constant.</summary>
    internal string AddConstant(string constantName, long[] shape, params ReadOnlySpan<float> values) =>
        AddInitializer(TensorData.FromFloat32(constantName, shape, values));

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
    internal static ValueInfoProto Value(
        string valueName,
        TensorProto.Types.DataType type,
        params ReadOnlySpan<long> sizes
    )
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = "N" });
        foreach (long size in sizes)
        {
            shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = size });
        }

        return new ValueInfoProto
        {
            Name = valueName,
            Type = new TypeProto
            {
                TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape },
            },
        };
    }

    /// <summary>An integer attribute.</summary>
    internal static AttributeProto Integer(string attribute, long value) =>
        new()
        {
            Name = attribute,
            Type = AttributeProto.Types.AttributeType.Int,
            I = value,
        };

    /// <summary>A float attribute.</summary>
    internal static AttributeProto Float(string attribute, double value) =>
        new()
        {
            Name = attribute,
            Type = AttributeProto.Types.AttributeType.Float,
            F = (float)value,
        };

    /// <summary>A list of integers.</summary>
    internal static AttributeProto Integers(string attribute, params IEnumerable<long> values)
    {
        var proto = new AttributeProto { Name = attribute, Type = AttributeProto.Types.AttributeType.Ints };
        proto.Ints.AddRange(values);
        return proto;
    }
}
