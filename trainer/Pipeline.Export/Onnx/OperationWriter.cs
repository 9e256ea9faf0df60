using Onnx;
using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Graph;
using static Pipeline.Export.Onnx.OnnxGraphWriter;

namespace Pipeline.Export.Onnx;

/// <summary>Writes one node of the network graph as ONNX operators (opset 17).</summary>
internal sealed class OperationWriter(OnnxGraphWriter writer, IReadOnlyDictionary<string, TensorData> weights)
{
    /// <summary>Writes a node.</summary>
    /// <param name="node">The node; its inputs are already ONNX names.</param>
    /// <param name="output">Name of its result.</param>
    /// <exception cref="ExportException">The operation has no ONNX form here; the message names it and the node.</exception>
    internal void Write(Node node, string output)
    {
        string[] inputs = [.. node.Inputs];
        switch (node.Operation)
        {
            case Conv2d convolution:
                writer.Add("Conv", output, [.. inputs, .. Tensors(node)], [.. WindowAttributes(convolution.Window), Integer("group", convolution.Groups)]);
                break;
            case BatchNorm2d norm:
                writer.Add("BatchNormalization", output, [.. inputs, .. Tensors(node)], Float("epsilon", norm.Epsilon));
                break;
            case Linear:
                writer.Add("Gemm", output, [.. inputs, .. Tensors(node)], Integer("transB", 1));
                break;
            case Standardize:
                string centred = writer.Add("Sub", $"{node.Name}.centred", [.. inputs, Tensor(node, "mean")]);
                writer.Add("Div", output, [centred, Tensor(node, "std")]);
                break;
            case Activation { Function: ActivationKind.Relu }:
                writer.Add("Relu", output, inputs);
                break;
            case Activation { Function: ActivationKind.Relu6 }:
                writer.Add("Clip", output, [.. inputs, writer.AddConstant("zero", [], 0f), writer.AddConstant("six", [], 6f)]);
                break;
            case MaxPool2d pool:
                writer.Add("MaxPool", output, inputs, [.. WindowAttributes(pool.Window), Integer("ceil_mode", pool.Ceiling ? 1 : 0)]);
                break;
            case AvgPool2d pool:
                writer.Add("AveragePool", output, inputs, [.. WindowAttributes(pool.Window), Integer("count_include_pad", pool.CountPadding ? 1 : 0)]);
                break;
            case GlobalAveragePool:
                writer.Add("Flatten", output, [writer.Add("GlobalAveragePool", $"{node.Name}.map", inputs)], Integer("axis", 1));
                break;
            case Flatten:
                writer.Add("Flatten", output, inputs, Integer("axis", 1));
                break;
            case Add:
                writer.Add("Add", output, inputs);
                break;
            case Concat:
                writer.Add("Concat", output, inputs, Integer("axis", 1));
                break;
            default:
                throw new ExportException($"Node '{node.Name}': operation {node.Operation.Kind} has no ONNX form. Add one to OperationWriter, or leave the layer out.") { Subject = node.Name, Found = node.Operation.Kind };
        }
    }

    private IEnumerable<string> Tensors(Node node) => node.Parameters.Select(spec => writer.AddInitializer(weights[spec.Key]));

    private string Tensor(Node node, string suffix) => writer.AddInitializer(weights[$"{node.Name}.{suffix}"]);

    private static IEnumerable<AttributeProto> WindowAttributes(Window window) =>
    [
        Integers("kernel_shape", window.Kernel.Height, window.Kernel.Width),
        Integers("strides", window.Stride.Height, window.Stride.Width),
        Integers("pads", window.Padding.Top, window.Padding.Left, window.Padding.Bottom, window.Padding.Right),
    ];
}
