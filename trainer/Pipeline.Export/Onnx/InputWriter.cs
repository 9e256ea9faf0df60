using Onnx;
using Pipeline.Core.Contracts;
using static Pipeline.Export.Onnx.OnnxGraphWriter;

namespace Pipeline.Export.Onnx;

/// <summary>Writes the way from <c>image</c>, uint8 <c>[N, H, W, 3]</c> RGB, to the network's normalised input, float32 <c>[N, 3, H, W]</c>.</summary>
internal static class InputWriter
{
    /// <summary>Writes transpose, cast, channel order, scale and shift. Steps that change nothing are left out.</summary>
    /// <returns>Name of the normalised input.</returns>
    internal static string Write(OnnxGraphWriter writer, Preprocessing preprocessing)
    {
        string last = writer.Add("Transpose", "image.nchw", [ModelContract.InputName], Integers("perm", 0, 3, 1, 2));   // bytes, so a quarter of the traffic of floats
        last = writer.Add("Cast", "image.float", [last], Integer("to", (long)TensorProto.Types.DataType.Float));
        if (preprocessing.ChannelOrder == ChannelOrder.Bgr)
        {
            var indices = new TensorProto { Name = "bgr", DataType = (int)TensorProto.Types.DataType.Int64 };
            indices.Dims.Add(3);
            indices.Int64Data.AddRange([2, 1, 0]);
            writer.Graph.Initializer.Add(indices);
            last = writer.Add("Gather", "image.bgr", [last, indices.Name], Integer("axis", 1));
        }

        (double[] multiplier, double[] offset) = preprocessing.AsAffine();
        if (multiplier.Any(value => value != 1))
        {
            last = writer.Add("Mul", "image.scaled", [last, writer.AddConstant("image.multiplier", [1, 3, 1, 1], [.. multiplier.Select(value => (float)value)])]);
        }

        if (offset.Any(value => value != 0))
        {
            last = writer.Add("Add", "image.normalized", [last, writer.AddConstant("image.offset", [1, 3, 1, 1], [.. offset.Select(value => (float)value)])]);
        }

        return last;
    }
}
