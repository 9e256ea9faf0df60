using System.Runtime.InteropServices;
using Google.Protobuf;
using Onnx;
using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;

namespace Pipeline.Networks.Weights.Onnx;

/// <summary>The initializers of an ONNX model, by name. The graph around them is not read.</summary>
internal static class OnnxInitializers
{
    private const int MostDimensions = 16;

    /// <summary>Reads every numeric initializer.</summary>
    /// <param name="bytes">The whole file. Borrowed.</param>
    /// <param name="path">Name for messages.</param>
    /// <returns>Tensors in PyTorch's layout, as exporters keep it.</returns>
    /// <exception cref="WeightsException">The file is no ONNX model, damaged, or keeps its tensors elsewhere.</exception>
    internal static WeightSet Read(byte[] bytes, string path)
    {
        try
        {
            var tensors = new List<TensorData>();
            foreach (ByteString graph in Fields(new CodedInputStream(bytes), ModelProto.GraphFieldNumber))
            {
                foreach (ByteString initializer in Fields(graph.CreateCodedInput(), GraphProto.InitializerFieldNumber))
                {
                    if (Convert(TensorProto.Parser.ParseFrom(initializer), path) is TensorData tensor)
                    {
                        tensors.Add(tensor);
                    }
                }
            }

            return tensors.Count > 0 ? new WeightSet(tensors) : throw WeightsFault.Unsupported(path, "it holds no initializers, so it is no ONNX model with weights", "Give a file that an exporter wrote with its weights inside.");
        }
        catch (Exception error) when (error is InvalidProtocolBufferException or ArgumentException)
        {
            throw WeightsFault.Damaged(path, $"it is no readable ONNX model ({error.Message.TrimEnd('.')})", error);
        }
    }

    /// <summary>The contents of one field, one after the other, so that a file of empty messages costs nothing.</summary>
    private static IEnumerable<ByteString> Fields(CodedInputStream input, int field)
    {
        while (input.ReadTag() is uint tag and not 0)
        {
            if (tag == ((uint)field << 3 | (uint)WireFormat.WireType.LengthDelimited))
            {
                yield return input.ReadBytes();
            }
            else
            {
                input.SkipLastField();
            }
        }
    }

    private static TensorData? Convert(TensorProto tensor, string path)
    {
        if (tensor.Name.Length == 0 || tensor.Dims.Count > MostDimensions)
        {
            throw WeightsFault.Damaged(path, tensor.Name.Length == 0 ? "an initializer has no name" : $"initializer '{tensor.Name}' has {tensor.Dims.Count} dimensions");
        }

        if (tensor.DataLocation == TensorProto.Types.DataLocation.External)
        {
            throw WeightsFault.Unsupported(path, $"initializer '{tensor.Name}' is kept in another file", "Save the model with its weights inside: onnx.save(model, path, save_as_external_data=False).");
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
            _ => null,   // text and truth values: no weights
        };
        if (type is not TensorElementType elementType)
        {
            return null;
        }

        try
        {
            return new TensorData(tensor.Name, elementType, tensor.Dims, tensor.HasRawData ? tensor.RawData.Memory : Fields(tensor, elementType));
        }
        catch (Exception error) when (error is ShapeException or OverflowException)
        {
            throw WeightsFault.Damaged(path, $"initializer '{tensor.Name}': {error.Message.TrimEnd('.')}", error);
        }
    }

    /// <summary>The values when they are in typed fields: 16-bit floats are kept as integers.</summary>
    private static byte[] Fields(TensorProto tensor, TensorElementType type) => type switch
    {
        TensorElementType.Float32 => Bytes(tensor.FloatData.ToArray()),
        TensorElementType.Float64 => Bytes(tensor.DoubleData.ToArray()),
        TensorElementType.Int64 => Bytes(tensor.Int64Data.ToArray()),
        TensorElementType.Int32 => Bytes(tensor.Int32Data.ToArray()),
        TensorElementType.Float16 or TensorElementType.BFloat16 => Bytes(tensor.Int32Data.Select(value => (ushort)value).ToArray()),
        _ => [.. tensor.Int32Data.Select(value => (byte)value)],
    };

    private static byte[] Bytes<T>(T[] values)
        where T : unmanaged => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
}
