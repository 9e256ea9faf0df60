using Onnx;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Metrics;
using Pipeline.Export.Quantization;
using Pipeline.Networks.Graph;
using Pipeline.Testing;

namespace Pipeline.Export.Tests.Quantization;

public sealed class ScoreTemperatureTests
{
    private const double Temperature = 2.5;

    [Theory]
    [InlineData(null, Temperature)]
    [InlineData(1.0, 1)]
    [InlineData(3.0, 3)]
    public void Write_ACalibratedModel_KeepsOrReplacesItsTemperature(double? given, double expected)
    {
        using var model = new QuantizationCase(QuantizationCase.EveryOperator(), temperature: Temperature);

        string path = model.Write(new QuantizerOptions { Temperature = given });

        Assert.Equal(expected, TemperatureOf(path));
        Assert.Equal(Temperature, TemperatureOf(model.Float32));
        RequireSoftmax(model, path, expected);
        RequireSoftmax(model, model.Float32, Temperature);
    }

    [Fact]
    public void Write_ASigmoidUnit_IsCalibratedInBothForms()
    {
        NetworkGraph graph = QuantizationCase.EveryActivation(1, new BinaryScores());
        using var model = new QuantizationCase(graph, temperature: Temperature);

        string path = model.Write();

        RequireSoftmax(model, path, Temperature);
        RequireSoftmax(model, model.Float32, Temperature);
        Assert.All(model.Scores(model.Float32), row => Assert.Equal(0, row.Logits[0]));
        Assert.All(
            model.Scores(model.Float32),
            row => Assert.Equal(1 / (1 + Math.Exp(-row.Logits[1] / Temperature)), row.Probabilities[1], 1e-6)
        );
    }

    [Fact]
    public void Write_GroupedClasses_AreCalibratedAfterTheGrouping()
    {
        NetworkGraph graph = QuantizationCase.EveryActivation(
            5,
            new GroupClasses([
                [0, 2],
                [1],
                [3, 4],
            ])
        );
        using var model = new QuantizationCase(graph, temperature: Temperature);

        string path = model.Write();

        RequireSoftmax(model, path, Temperature);
        RequireSoftmax(model, model.Float32, Temperature);
        Assert.All(model.Scores(path), row => Assert.Equal(3, row.Probabilities.Length));
    }

    [Fact]
    public void Write_ATemperatureForAModelWithoutOne_IsRefused()
    {
        using var model = new QuantizationCase(QuantizationCase.EveryOperator());

        ExportException error = Assert.Throws<ExportException>(() =>
            model.Write(new QuantizerOptions { Temperature = 2 })
        );

        Assert.Contains(
            "does not divide its logits by a temperature, so 2 cannot replace it",
            error.Message,
            StringComparison.Ordinal
        );
    }

    private static void RequireSoftmax(QuantizationCase model, string path, double temperature) =>
        Assert.All(
            model.Scores(path),
            row =>
            {
                float[] expected = new float[row.Logits.Length];
                TemperatureScaling.Softmax(row.Logits, temperature, expected);
                FloatAssert.Near(expected, row.Probabilities, 1e-6); // roundings of a float32 of about 1
            }
        );

    private static double TemperatureOf(string path)
    {
        ModelProto proto = QuantizationCase.Read(path);
        return ModelContract
            .FromMetadata(proto.MetadataProps.ToDictionary(entry => entry.Key, entry => entry.Value), path)
            .Temperature;
    }
}
