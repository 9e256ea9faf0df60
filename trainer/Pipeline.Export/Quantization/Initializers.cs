using System.Runtime.InteropServices;
using Google.Protobuf;
using Onnx;

namespace Pipeline.Export.Quantization;

/// <summary>The constants of a graph, by name.</summary>
internal sealed class Initializers(GraphProto graph)
{
    private readonly Dictionary<string, TensorProto> tensors = graph.Initializer.ToDictionary(
        tensor => tensor.Name,
        StringComparer.Ordinal
    );

    /// <summary>Whether a name is that of a constant.</summary>
    internal bool Has(string name) => tensors.ContainsKey(name);

    /// <summary>The shape of a float constant; <c>null</c> when the name is none.</summary>
    internal IReadOnlyList<long>? FloatShape(string name) =>
        tensors.TryGetValue(name, out TensorProto? tensor) && tensor.DataType == (int)TensorProto.Types.DataType.Float
            ? tensor.Dims
            : null;

    /// <summary>The values of a float constant.</summary>
    internal float[] Floats(string name)
    {
        TensorProto tensor = tensors[name];
        return tensor.RawData.Length > 0
            ? MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray()
            : [.. tensor.FloatData];
    }

    /// <summary>The values of an int64 constant; empty when the name is none.</summary>
    internal long[] Integers(string name)
    {
        if (
            !tensors.TryGetValue(name, out TensorProto? tensor)
            || tensor.DataType != (int)TensorProto.Types.DataType.Int64
        )
        {
            return [];
        }

        return tensor.RawData.Length > 0
            ? MemoryMarshal.Cast<byte, long>(tensor.RawData.Span).ToArray()
            : [.. tensor.Int64Data];
    }

    /// <summary>A constant of bytes, ints or floats.</summary>
    internal static TensorProto Create<T>(
        string name,
        TensorProto.Types.DataType type,
        IEnumerable<long> shape,
        ReadOnlySpan<T> values
    )
        where T : unmanaged
    {
        var tensor = new TensorProto
        {
            Name = name,
            DataType = (int)type,
            RawData = UnsafeByteOperations.UnsafeWrap(MemoryMarshal.AsBytes(values).ToArray()),
        };
        tensor.Dims.AddRange(shape);
        return tensor;
    }
}
