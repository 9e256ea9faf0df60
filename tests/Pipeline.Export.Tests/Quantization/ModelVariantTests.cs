using Pipeline.Core.Errors;
using Pipeline.Export.Quantization;
using Pipeline.Networks.Graph;
using Pipeline.Testing;

namespace Pipeline.Export.Tests.Quantization;

/// <summary>What an exported model may have besides a chain of layers, in int8.</summary>
public sealed class ModelVariantTests
{
    private const double SmallError = 0.05; // as in QuantizableModelTests

    [Fact]
    public void Write_ModelWithFeatures_KeepsTheOutput()
    {
        using var model = new QuantizationCase(QuantizationCase.EveryOperator(), features: "global");

        string path = model.Write();

        float[] expected = model.Features(model.Float32),
            actual = model.Features(path);
        double error = Math.Sqrt(
            expected.Zip(actual, (left, right) => Math.Pow((double)left - right, 2)).Sum()
                / expected.Sum(value => Math.Pow(value, 2))
        );
        Assert.InRange(error, 1e-9, SmallError);
        Assert.InRange(model.LogitError(path), 0, SmallError);
    }

    [Theory]
    [InlineData(1)] // the sigmoid unit: one score for two classes
    [InlineData(4)] // four scores for three groups of classes
    public void Write_ScoresBehindTheLastLayer_ScoresLikeFloat32(int outputs)
    {
        NetworkGraph layers = QuantizationCase.EveryActivation(
            outputs,
            outputs == 1
                ? new BinaryScores()
                : new GroupClasses([
                    [0, 1],
                    [2],
                    [3],
                ])
        );
        using var model = new QuantizationCase(layers);

        Assert.InRange(model.LogitError(model.Write()), 0, SmallError);
    }

    [Fact]
    public void Load_Float16Model_IsRefused() =>
        AssertRefused(
            new ExportOptions { Precision = ExportPrecision.Fp16 },
            "has no Conv, Gemm or MatMul with constant float32 weights, so there is nothing to make int8. "
                + "Give a float32 model."
        );

    [Fact]
    public void Load_ModelOfNormalisedPixels_IsRefused() =>
        AssertRefused(
            new ExportOptions { Input = ExportInput.Float32 },
            "takes normalised float32 pixels. Export it with uint8 input, which int8 starts from."
        );

    private static void AssertRefused(ExportOptions options, string expected)
    {
        using var folder = new TemporaryFolder();
        ModelExporter.Export(TestCheckpoints.SmallCnn(), folder["model.onnx"], options);

        ExportException error = Assert.Throws<ExportException>(() => QuantizableModel.Load(folder["model.onnx"]));

        Assert.EndsWith(expected, error.Message, StringComparison.Ordinal);
    }
}
