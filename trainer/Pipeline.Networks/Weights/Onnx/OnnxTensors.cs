using System.Runtime.InteropServices;
using Onnx;
using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Weights.Reading;

namespace Pipeline.Networks.Weights.Onnx;

/// <summary>Tensors of an ONNX model.</summary>
internal static class OnnxTensors
{
    private const int MostDimensions = 16;

    /// <summary>Converts a numeric tensor.</summary>
    /// <param name="tensor">An initializer. Borrowed.</param>
    /// <param name="path">Name for messages.</param>
    /// <returns>The tensor; <c>null</c> for text and truth values.</returns>
    /// <exception cref="WeightsException">It is damaged, or kept in another file.</exception>
    internal static TensorData? Convert(TensorProto tensor, string path)
    {
        if (tensor.Name.Length == 0 || tensor.Dims.Count > MostDimensions)
        {
            throw WeightsFault.Damaged(
                path,
                tensor.Name.Length == 0
                    ? "an initializer has no name"
                    : $"initializer '{tensor.Name}' has {tensor.Dims.Count} dimensions"
            );
        }

        if (tensor.DataLocation == TensorProto.Types.DataLocation.External)
        {
            throw WeightsFault.Unsupported(
                path,
                $"initializer '{tensor.Name}' is kept in another file",
                "Save the model with its weights inside: onnx.save(model, path, save_as_external_data=False)."
            );
        }

        TensorElementType? type = (TensorProto.Types.DataType)tensor.DataType switch
        {
            TensorProto.Types.DataType.Float => TensorElementType.Float32,
            TensorProto.Types.DataType.Float16 => TensorElementType.Float16,
            TensorProto.Types.DataType.Bfloat16 => TensorElementType.BFloat16,
            TensorProto.Types.DataType.Double => TensorElementType.Float64,
            TensorProto.Types.DataType.Int64 => TensorElementType.Int64,
            TensorProto.Types.DataType.Int32 => TensorElementType.Int32,
            TensorProto.Types.DataType.Int8 => TensorElementType.Int8,
            TensorProto.Types.DataType.Uint8 => TensorElementType.UInt8,
            _ => null, // text and truth values: no weights
        };
        if (type is not TensorElementType elementType)
        {
            return null;
        }

        try
        {
            return new TensorData(
                tensor.Name,
                elementType,
                tensor.Dims,
                tensor.HasRawData ? tensor.RawData.Memory : Fields(tensor, elementType)
            );
        }
        catch (Exception error) when (error is ShapeException or OverflowException)
        {
            throw WeightsFault.Damaged(path, $"initializer '{tensor.Name}': {error.Message.TrimEnd('.')}", error);
        }
    }

    /// <summary>The values when they are in typed fields: 16-bit floats are kept as integers.</summary>
    private static byte[] Fields(TensorProto tensor, TensorElementType type) =>
        type switch
        {
            TensorElementType.Float32 => Bytes(tensor.FloatData.ToArray()),
            TensorElementType.Float64 => Bytes(tensor.DoubleData.ToArray()),
            TensorElementType.Int64 => Bytes(tensor.Int64Data.ToArray()),
            TensorElementType.Int32 => Bytes(tensor.Int32Data.ToArray()),
            TensorElementType.Float16 or TensorElementType.BFloat16 => Bytes(
                tensor.Int32Data.Select(value => (ushort)value).ToArray()
            ),
            _ => [.. tensor.Int32Data.Select(value => (byte)value)],
        };

    private static byte[] Bytes<T>(T[] values)
        where T : unmanaged => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
}
