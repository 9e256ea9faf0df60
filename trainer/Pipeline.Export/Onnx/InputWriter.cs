using Onnx;
using Pipeline.Core.Contracts;
using Pipeline.Export.Passes;
using static Pipeline.Export.Onnx.OnnxGraphWriter;

namespace Pipeline.Export.Onnx;

/// <summary>Writes the graph's input and the way from it to the network's, float32 <c>[N, 3, H, W]</c>.</summary>
internal static class InputWriter
{
    /// <summary>
    /// Writes transpose, cast, channel order, scale and shift. Steps that change nothing are left out; without a
    /// normalisation the input is the network's own.
    /// </summary>
    /// <returns>Name of the normalised input.</returns>
    internal static string Write(OnnxGraphWriter writer, ImageSize size, InputNormalization? normalization)
    {
        if (normalization is null)
        {
            writer.Graph.Input.Add(
                Value(ModelContract.InputName, TensorProto.Types.DataType.Float, 3, size.Height, size.Width)
            );
            return ModelContract.InputName;
        }

        writer.Graph.Input.Add(
            Value(ModelContract.InputName, TensorProto.Types.DataType.Uint8, size.Height, size.Width, 3)
        );
        // bytes, so a quarter of the traffic of floats
        string last = writer.Add("Transpose", "image.nchw", [ModelContract.InputName], Integers("perm", 0, 3, 1, 2));
        last = writer.Add("Cast", "image.float", [last], Integer("to", (long)TensorProto.Types.DataType.Float));
        if (!normalization.Source.SequenceEqual([0, 1, 2]))
        {
            var indices = new TensorProto { Name = "bgr", DataType = (int)TensorProto.Types.DataType.Int64 };
            indices.Dims.Add(3);
            indices.Int64Data.AddRange(normalization.Source.Select(channel => (long)channel));
            writer.Graph.Initializer.Add(indices);
            last = writer.Add("Gather", "image.bgr", [last, indices.Name], Integer("axis", 1));
        }

        if (normalization.Multiplier.Any(value => value != 1))
        {
            last = writer.Add(
                "Mul",
                "image.scaled",
                [
                    last,
                    writer.AddConstant(
                        "image.multiplier",
                        [1, 3, 1, 1],
                        [.. normalization.Multiplier.Select(value => (float)value)]
                    ),
                ]
            );
        }

        if (normalization.Offset.Any(value => value != 0))
        {
            last = writer.Add(
                "Add",
                "image.normalized",
                [
                    last,
                    writer.AddConstant(
                        "image.offset",
                        [1, 3, 1, 1],
                        [.. normalization.Offset.Select(value => (float)value)]
                    ),
                ]
            );
        }

        return last;
    }
}
