using System.Text.Json;
using Pipeline.EndToEnd.Tests.BadInput;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Recipes;

namespace Pipeline.EndToEnd.Tests;

/// <summary>
/// The temperature is fitted on the validation images, goes into graph, contract and checkpoint, and shows in the
/// reports.
/// A dog among the validation images of cats is wrong with a high confidence, so the network is too sure.
/// </summary>
public sealed class CalibrationTests : IDisposable
{
    private readonly Workspace workspace = new Workspace()
        .WithImages()
        .WithRecipe(
            Workspace
                .GoodRecipe.Replace("name: sgd", "name: adam", StringComparison.Ordinal)
                .Replace(
                    "epochs: 1",
                    "epochs: 10\n        batch_size: 4\n        precision: fp32",
                    StringComparison.Ordinal
                )
        );

    public CalibrationTests() => workspace.Write("images/validation/cat/003.png", Workspace.Png("dog", 50));

    public void Dispose() => workspace.Dispose();

    [Fact]
    public async Task Train_TooSureANetwork_PublishesATemperatureThatLowersTheValidationLogLoss()
    {
        Outcome trained = await workspace.TrainAsync();
        Assert.True(trained.ExitCode == 0, trained.Error);
        Outcome again = await workspace.RunAsync([
            .. Workspace.Train()[..2],
            "export",
            "-c",
            "artifacts/tiny/1/models/small/checkpoints/best.safetensors",
            "-o",
            "again.onnx",
        ]);
        Assert.True(again.ExitCode == 0, again.Error);

        JsonElement fit = Json("artifacts/tiny/1/run.json").GetProperty("models")[0].GetProperty("calibration");

        double temperature = fit.GetProperty("temperature").GetDouble();
        double after = fit.GetProperty("logLossAfter").GetDouble();
        Assert.True(temperature > 1, $"temperature {temperature}");
        Assert.True(after < fit.GetProperty("logLossBefore").GetDouble());
        Assert.Equal(8, fit.GetProperty("images").GetInt32());
        Assert.Equal(after, LogLoss("artifacts/tiny/1/model.onnx", temperature), 1e-5);
        JsonElement evaluation = Json("artifacts/tiny/1/evaluation.json").GetProperty("temperatureScaling");
        Assert.Equal(Numbers(fit), Numbers(evaluation));
        Assert.Equal(temperature, Json("artifacts/tiny/1/gate.json").GetProperty("temperature").GetDouble());
        Assert.Contains("calibration: temperature ", trained.Output, StringComparison.Ordinal);
        Assert.Equal(
            File.ReadAllBytes(workspace["artifacts/tiny/1/model.onnx"]),
            File.ReadAllBytes(workspace["again.onnx"])
        );
    }

    [Fact]
    public async Task Train_WithoutCalibration_LeavesTheProbabilitiesAsTheyAre()
    {
        Outcome trained = await workspace.TrainAsync("--set", "calibration=none");

        Assert.True(trained.ExitCode == 0, trained.Error);
        Assert.DoesNotContain("calibration:", trained.Output, StringComparison.Ordinal);
        Assert.True(double.IsFinite(LogLoss("artifacts/tiny/1/model.onnx", temperature: 1)));
        Assert.Equal(
            JsonValueKind.Null,
            Json("artifacts/tiny/1/run.json").GetProperty("models")[0].GetProperty("calibration").ValueKind
        );
        Assert.False(Json("artifacts/tiny/1/evaluation.json").TryGetProperty("temperatureScaling", out _));
    }

    private static IEnumerable<double> Numbers(JsonElement json) =>
        json.EnumerateObject().Select(value => value.Value.GetDouble());

    private JsonElement Json(string name) => JsonDocument.Parse(File.ReadAllBytes(workspace[name])).RootElement;

    /// <summary>Mean of -ln p of the true class over the validation images, by the published file.</summary>
    private double LogLoss(string model, double temperature)
    {
        DatasetSplits data = ImageFolder.Scan(workspace["images"], new DataRecipe { Source = DataSource.Folder });
        using ImageClassifier classifier = ImageClassifier.Load(workspace[model], new ScoringOptions { Threads = 1 });
        Assert.Equal(temperature, classifier.Contract.Temperature);
        return data.Validation.Average(sample =>
            -Math.Log(classifier.Classify(sample.Path).Probabilities[sample.ClassIndex])
        );
    }
}
