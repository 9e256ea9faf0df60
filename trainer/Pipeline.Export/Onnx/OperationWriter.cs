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
    /// <exception cref="ExportException">
    /// The operation has no ONNX form here; the message names it and the node.
    /// </exception>
    internal void Write(Node node, string output)
    {
        string[] inputs = [.. node.Inputs];
        switch (node.Operation)
        {
            case Conv2d convolution:
                writer.Add(
                    "Conv",
                    output,
                    [.. inputs, .. Tensors(node)],
                    [.. PoolWriter.WindowAttributes(convolution.Window), Integer("group", convolution.Groups)]
                );
                break;
            case BatchNorm2d norm:
                string[] scale = norm.HasScale
                    ? []
                    :
                    [
                        writer.AddConstant(
                            $"{node.Name}.weight",
                            [node.InputShape.Channels],
                            [.. Enumerable.Repeat(1f, node.InputShape.Channels)]
                        ),
                    ];
                writer.Add(
                    "BatchNormalization",
                    output,
                    [.. inputs, .. scale, .. Tensors(node)],
                    Float("epsilon", norm.Epsilon)
                );
                break;
            case Linear:
                WriteLinear(node, output);
                break;
            case Standardize:
                string centred = writer.Add("Sub", $"{node.Name}.centred", [.. inputs, Tensor(node, "mean")]);
                writer.Add("Div", output, [centred, Tensor(node, "std")]);
                break;
            case PixelLinear:
                WritePixelLinear(node, output);
                break;
            case ChannelNorm norm:
                WriteChannelNorm(node, norm, output);
                break;
            case Activation activation:
                ActivationWriter.Write(writer, activation.Function, output, inputs[0]);
                break;
            case MaxPool2d or AvgPool2d or AdaptiveAvgPool2d or GlobalAveragePool:
                PoolWriter.Write(writer, node, output);
                break;
            case Flatten:
                writer.Add("Flatten", output, inputs, Integer("axis", 1));
                break;
            case Add:
                writer.Add(inputs.Length == 2 ? "Add" : "Sum", output, inputs);
                break;
            case Multiply:
                writer.Add("Mul", output, inputs);
                break;
            case ScaledAdd:
                writer.Add(
                    "Add",
                    output,
                    [writer.Add("Mul", $"{node.Name}.scaled", [inputs[0], Tensor(node, "layer_scale")]), inputs[1]]
                );
                break;
            case Concat:
                writer.Add("Concat", output, inputs, Integer("axis", 1));
                break;
            case GroupClasses grouping:
                ScoreWriter.WriteGroups(writer, node, grouping, output);
                break;
            case BinaryScores:
                ScoreWriter.WriteBinary(writer, output, inputs[0]);
                break;
            default:
                throw new ExportException(
                    $"Node '{node.Name}': operation {node.Operation.Kind} has no ONNX form. "
                        + "Add one to OperationWriter, or leave the layer out."
                )
                {
                    Subject = node.Name,
                    Found = node.Operation.Kind,
                };
        }
    }

    private IEnumerable<string> Tensors(Node node) =>
        node.Parameters.Select(spec => writer.AddInitializer(weights[spec.Key]));

    private string Tensor(Node node, string suffix) => writer.AddInitializer(weights[$"{node.Name}.{suffix}"]);

    /// <summary>
    /// In a half-precision network the weights are float16 and the sums float32: ONNX Runtime's Gemm for float16 on a
    /// CPU adds up in float16, which cost a ResNet-18 nine tenths of its error (ADR 5).
    /// </summary>
    private void WriteLinear(Node node, string output)
    {
        string[] operands = [node.Inputs[0], .. Tensors(node)];
        AttributeProto transposed = Integer("transB", 1);
        if (writer.FloatType == TensorProto.Types.DataType.Float)
        {
            writer.Add("Gemm", output, operands, transposed);
            return;
        }

        string[] wide =
        [
            .. operands.Select(
                (name, index) => writer.Cast($"{node.Name}.wide_{index}", name, TensorProto.Types.DataType.Float)
            ),
        ];
        writer.Cast(
            output,
            writer.Add("Gemm", $"{node.Name}.wide", wide, transposed),
            TensorProto.Types.DataType.Float16
        );
    }

    /// <summary>As a convolution 1x1: the same numbers under another shape.</summary>
    private void WritePixelLinear(Node node, string output)
    {
        TensorData matrix = weights[$"{node.Name}.weight"];
        string kernel = writer.AddInitializer(
            new TensorData(matrix.Name, matrix.ElementType, [.. matrix.Shape, 1, 1], matrix.Bytes)
        );
        writer.Add("Conv", output, [node.Inputs[0], kernel, Tensor(node, "bias")]);
    }

    /// <summary>LayerNormalization works on the last axis, so a map's channels go there and back.</summary>
    private void WriteChannelNorm(Node node, ChannelNorm norm, string output)
    {
        AttributeProto[] attributes = [Integer("axis", -1), Float("epsilon", norm.Epsilon)];
        if (!node.InputShape.IsMap)
        {
            writer.Add("LayerNormalization", output, [node.Inputs[0], .. Tensors(node)], attributes);
            return;
        }

        string pixels = writer.Add("Transpose", $"{node.Name}.pixels", [node.Inputs[0]], Integers("perm", 0, 2, 3, 1));
        string normalized = writer.Add(
            "LayerNormalization",
            $"{node.Name}.normalized",
            [pixels, .. Tensors(node)],
            attributes
        );
        writer.Add("Transpose", output, [normalized], Integers("perm", 0, 3, 1, 2));
    }
}
