using System.Text.Json;
using Pipeline.Core.Contracts;
using Pipeline.Core.Metrics;

namespace Pipeline.Core.Tests.Metrics;

public sealed class EvaluationJsonTests
{
    [Fact]
    public void ToJson_AReport_HasTheKeysThatOtherProgramsRead()
    {
        var accumulator = new ClassificationAccumulator(2);
        accumulator.Add([0.75f, 0.25f], 0);
        accumulator.Add([0.75f, 0.25f], 1);
        accumulator.Skip();

        using JsonDocument json = JsonDocument.Parse(
            EvaluationJson.ToJson(
                accumulator.ToReport(new LabelSet(["cat", "dog"])),
                [new SkippedImage("x.jpg", "empty")]
            )
        );

        JsonElement root = json.RootElement;
        Assert.Equal(2, root.GetProperty("count").GetInt32());
        Assert.Equal(1, root.GetProperty("skipped").GetInt32());
        Assert.Equal(0.5, root.GetProperty("microAccuracy").GetDouble());
        Assert.Equal(0.5, root.GetProperty("macroAccuracy").GetDouble());
        Assert.Equal((Math.Log(4 / 3.0) + Math.Log(4)) / 2, root.GetProperty("logLoss").GetDouble(), 1e-15);
        Assert.True(root.GetProperty("logLossReduction").GetDouble() < 0);
        Assert.Equal([0.5, 1], root.GetProperty("topKAccuracy").EnumerateArray().Select(value => value.GetDouble()));
        Assert.Equal(
            [1, 0, 1, 0],
            root.GetProperty("confusion")
                .EnumerateArray()
                .SelectMany(row => row.EnumerateArray())
                .Select(value => value.GetInt64())
        );
        Assert.Equal(["cat", "dog"], root.GetProperty("labels").EnumerateArray().Select(value => value.GetString()));
        Assert.Equal("cat", root.GetProperty("perClass")[0].GetProperty("label").GetString());
        Assert.Equal(0.5, root.GetProperty("perClass")[0].GetProperty("precision").GetDouble());
        Assert.Equal("empty", root.GetProperty("skippedImages")[0].GetProperty("reason").GetString());
        Assert.Equal(0.25, root.GetProperty("expectedCalibrationError").GetDouble(), 1e-15);
    }

    [Fact]
    public void ToJson_AFittedTemperature_IsThereWithBothLosses()
    {
        var accumulator = new ClassificationAccumulator(2);
        accumulator.Add([0.75f, 0.25f], 0);
        var fit = new TemperatureFit(1.5, 40, 0.7, 0.6, 0.2, 0.1);

        using JsonDocument json = JsonDocument.Parse(EvaluationJson.ToJson(accumulator.ToReport(), fit: fit));

        JsonElement found = json.RootElement.GetProperty("temperatureScaling");
        string[] keys =
        [
            "temperature",
            "validationImages",
            "validationLogLossBefore",
            "validationLogLossAfter",
            "validationCalibrationErrorBefore",
            "validationCalibrationErrorAfter",
        ];
        Assert.Equal(keys, found.EnumerateObject().Select(property => property.Name));
        Assert.Equal(
            [1.5, 40, 0.7, 0.6, 0.2, 0.1],
            found.EnumerateObject().Select(property => property.Value.GetDouble())
        );
        Assert.DoesNotContain(
            "temperatureScaling",
            EvaluationJson.ToJson(accumulator.ToReport()),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void ToJson_NoRows_WritesNullWhereNothingIsDefined()
    {
        using JsonDocument json = JsonDocument.Parse(
            EvaluationJson.ToJson(new ClassificationAccumulator(2).ToReport())
        );

        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("microAccuracy").ValueKind);
        Assert.Equal(
            JsonValueKind.Null,
            json.RootElement.GetProperty("perClass")[1].GetProperty("recallInterval")[0].ValueKind
        );
    }

    [Fact]
    public void ToJson_EqualReports_GivesEqualText()
    {
        Assert.Equal(Text(), Text());

        static string Text()
        {
            var accumulator = new ClassificationAccumulator(3);
            accumulator.Add([0.1f, 0.3f, 0.6f], 2);
            accumulator.Add([0.7f, 0.2f, 0.1f], 1);
            return EvaluationJson.ToJson(accumulator.ToReport(new LabelSet(["Äpfel", "b", "c"])));
        }
    }
}
