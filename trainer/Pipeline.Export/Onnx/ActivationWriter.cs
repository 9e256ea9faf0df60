using Pipeline.Networks.Graph;
using static Pipeline.Export.Onnx.OnnxGraphWriter;

namespace Pipeline.Export.Onnx;

/// <summary>
/// Writes activations. Opset 17 has neither SiLU nor GELU; the chains here are those that ONNX Runtime fuses.
/// </summary>
internal static class ActivationWriter
{
    /// <summary>Writes a function of single values.</summary>
    internal static void Write(OnnxGraphWriter writer, ActivationKind function, string output, string input)
    {
        switch (function)
        {
            case ActivationKind.Relu:
                writer.Add("Relu", output, [input]);
                break;
            case ActivationKind.Relu6:
                writer.Add(
                    "Clip",
                    output,
                    [input, writer.AddConstant("zero", [], 0f), writer.AddConstant("six", [], 6f)]
                );
                break;
            case ActivationKind.Sigmoid:
                writer.Add("Sigmoid", output, [input]);
                break;
            case ActivationKind.Tanh:
                writer.Add("Tanh", output, [input]);
                break;
            case ActivationKind.Silu:
                writer.Add("Mul", output, [input, writer.Add("Sigmoid", $"{output}.sigmoid", [input])]);
                break;
            case ActivationKind.Gelu:
                WriteGelu(writer, output, input);
                break;
            case ActivationKind.Hardsigmoid:
                writer.Add("HardSigmoid", output, [input], Float("alpha", 1.0 / 6), Float("beta", 0.5));
                break;
            case ActivationKind.Hardswish:
                writer.Add("HardSwish", output, [input]);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(function), function, "This activation has no ONNX form.");
        }
    }

    /// <summary>x (1 + erf(x / sqrt 2)) / 2.</summary>
    private static void WriteGelu(OnnxGraphWriter writer, string output, string input)
    {
        string divided = writer.Add(
            "Div",
            $"{output}.divided",
            [input, writer.AddConstant("sqrt_two", [], (float)Math.Sqrt(2))]
        );
        string erf = writer.Add("Erf", $"{output}.erf", [divided]);
        string sum = writer.Add("Add", $"{output}.sum", [erf, writer.AddConstant("one", [], 1f)]);
        string product = writer.Add("Mul", $"{output}.product", [input, sum]);
        writer.Add("Mul", output, [product, writer.AddConstant("half", [], 0.5f)]);
    }
}
