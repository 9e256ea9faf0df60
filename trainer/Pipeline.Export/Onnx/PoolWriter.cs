using Onnx;
using Pipeline.Networks.Graph;
using static Pipeline.Export.Onnx.OnnxGraphWriter;

namespace Pipeline.Export.Onnx;

/// <summary>Writes pooling.</summary>
internal static class PoolWriter
{
    /// <summary>Writes a node whose operation is a pool.</summary>
    internal static void Write(OnnxGraphWriter writer, Node node, string output)
    {
        string[] inputs = [node.Inputs[0]];
        switch (node.Operation)
        {
            case MaxPool2d pool:
                writer.Add(
                    "MaxPool",
                    output,
                    inputs,
                    [.. WindowAttributes(pool.Window), Integer("ceil_mode", pool.Ceiling ? 1 : 0)]
                );
                break;
            case AvgPool2d pool:
                writer.Add(
                    "AveragePool",
                    output,
                    inputs,
                    [.. WindowAttributes(pool.Window), Integer("count_include_pad", pool.CountPadding ? 1 : 0)]
                );
                break;
            case AdaptiveAvgPool2d pool:
                WriteAdaptive(writer, node, pool.Size, output);
                break;
            default:
                writer.Add(
                    "Flatten",
                    output,
                    [writer.Add("GlobalAveragePool", $"{node.Name}.map", inputs)],
                    Integer("axis", 1)
                );
                break;
        }
    }

    /// <summary>Kernel, stride and padding as ONNX has them.</summary>
    internal static IEnumerable<AttributeProto> WindowAttributes(Window window) =>
        [
            Integers("kernel_shape", window.Kernel.Height, window.Kernel.Width),
            Integers("strides", window.Stride.Height, window.Stride.Width),
            Integers("pads", window.Padding.Top, window.Padding.Left, window.Padding.Bottom, window.Padding.Right),
        ];

    /// <summary>
    /// ONNX has no adaptive pool: a result that divides the map is an ordinary pool, any other a product with one
    /// matrix of averages per side, <c>A [h, H]</c> and <c>B [W, w]</c>.
    /// </summary>
    private static void WriteAdaptive(OnnxGraphWriter writer, Node node, Extent size, string output)
    {
        FeatureShape input = node.InputShape;
        if (size == new Extent(1, 1))
        {
            writer.Add("GlobalAveragePool", output, [node.Inputs[0]]);
        }
        else if (input.Height == size.Height && input.Width == size.Width)
        {
            writer.Add("Identity", output, [node.Inputs[0]]);
        }
        else if (input.Height % size.Height == 0 && input.Width % size.Width == 0)
        {
            var window = new Extent(input.Height / size.Height, input.Width / size.Width);
            writer.Add(
                "AveragePool",
                output,
                [node.Inputs[0]],
                WindowAttributes(new Window(window, window, Padding.None))
            );
        }
        else
        {
            string rows = writer.AddConstant(
                $"{node.Name}.rows",
                [size.Height, input.Height],
                Averages(input.Height, size.Height, transposed: false)
            );
            string columns = writer.AddConstant(
                $"{node.Name}.columns",
                [input.Width, size.Width],
                Averages(input.Width, size.Width, transposed: true)
            );
            string narrow = writer.Add("MatMul", $"{node.Name}.narrow", [node.Inputs[0], columns]); // [N, C, H, w]
            writer.Add("MatMul", output, [rows, narrow]); // [N, C, h, w]
        }
    }

    private static float[] Averages(int side, int count, bool transposed)
    {
        var matrix = new float[side * count];
        for (int index = 0; index < count; index++)
        {
            (int start, int end) = AdaptiveAvgPool2d.WindowOf(index, side, count);
            for (int position = start; position < end; position++)
            {
                matrix[transposed ? (position * count) + index : (index * side) + position] = 1f / (end - start);
            }
        }

        return matrix;
    }
}
