using Microsoft.ML.OnnxRuntime;
using Pipeline.Export.Quantization;

namespace Pipeline.Export.Tests.Quantization;

/// <summary>
/// What ONNX Runtime makes of our QDQ graphs: an operator that it leaves in float32 between two conversions makes the
/// file slower than float32.
/// </summary>
public sealed class RuntimeFusionTests
{
    [Fact]
    public void Open_EveryOperator_RunsInInt8FromPixelsToLogits()
    {
        using var model = new QuantizationCase(QuantizationCase.EveryOperator());

        string[] operators = Optimized(model, model.Write());

        Assert.Equal(
            [
                "Flatten",
                "NhwcMaxPool",
                "QGemm",
                "QLinearAdd",
                "QLinearAveragePool",
                "QLinearConcat",
                "QLinearConv",
                "QLinearGlobalAveragePool",
                "Softmax",
            ],
            operators.Where(name => name != "Transpose").Distinct().Order(StringComparer.Ordinal)
        );
        Assert.Equal(3, operators.Count(name => name == "QLinearConv"));
        Assert.Equal(2, operators.Count(name => name == "QGemm"));
    }

    [Fact]
    public void Open_EveryActivation_RunsInInt8FromPixelsToLogits()
    {
        using var model = new QuantizationCase(QuantizationCase.EveryActivation());

        string[] operators = Optimized(model, model.Write());

        Assert.Equal(
            [
                "Flatten",
                "QGemm",
                "QLinearAdd",
                "QLinearConv",
                "QLinearGlobalAveragePool",
                "QLinearMul",
                "QLinearSigmoid",
                "Softmax",
            ],
            operators.Where(name => name is not ("Transpose" or "Squeeze")).Distinct().Order(StringComparer.Ordinal)
        ); // Squeeze: of the constant 0, once
        Assert.Equal(4, operators.Count(name => name == "QLinearMul")); // HardSwish, the two gates, SiLU
        // SiLU, its gate; the other gate is a HardSigmoid and costs nothing
        Assert.Equal(2, operators.Count(name => name == "QLinearSigmoid"));
    }

    [Fact]
    public void Open_MatMul_RunsInInt8()
    {
        using var model = new QuantizationCase(
            QuantizationCase.EveryOperator(),
            change: graph => QuantizationCase.MakeMatMul(graph, "dense1")
        );

        string path = model.Write();

        Assert.Contains("QLinearMatMul", Optimized(model, path));
        Assert.InRange(model.LogitError(path), 0, 0.05);
    }

    [Fact]
    public void Open_OneOperatorInFloat_ConvertsOnceBeforeAndOnceBehind()
    {
        using var model = new QuantizationCase(QuantizationCase.EveryOperator());

        string[] operators = Optimized(model, model.Write(new QuantizerOptions { FloatNodes = ["depthwise"] }));

        Assert.Single(operators, name => name is "Conv" or "FusedConv");
        Assert.Equal(2, operators.Count(name => name == "QLinearConv"));
        // of the two convolutions: up to the one in float there is nothing that int8 would speed up
        Assert.Equal(2, operators.Count(name => name == "DequantizeLinear"));
        Assert.Equal(1, operators.Count(name => name == "QuantizeLinear")); // for the dense layers
    }

    private static string[] Optimized(QuantizationCase model, string path)
    {
        using var options = new SessionOptions
        {
            OptimizedModelFilePath = model["optimized.onnx"],
            IntraOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        new InferenceSession(path, options).Dispose();
        return [.. QuantizationCase.Read(model["optimized.onnx"]).Graph.Node.Select(node => node.OpType)];
    }
}
