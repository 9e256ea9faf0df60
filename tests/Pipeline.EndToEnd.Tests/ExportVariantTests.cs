using System.Text.Json;
using Pipeline.EndToEnd.Tests.BadInput;

namespace Pipeline.EndToEnd.Tests;

/// <summary>
/// The recipe key <c>export</c> and the verb <c>export</c>, by the real program: variants go through the gate as the
/// standard file does, their features too.
/// </summary>
public sealed class ExportVariantTests : IDisposable
{
    private readonly Workspace workspace = new Workspace().WithImages().WithRecipe();

    public void Dispose() => workspace.Dispose();

    [Fact]
    public async Task Train_VariantInTheRecipe_IsCheckedPublishedAndScored()
    {
        Outcome trained = await workspace.TrainAsync(
            "--set",
            "export={ input: float32, precision: fp16, features: true }"
        );
        Outcome evaluated = await workspace.RunAsync(
            Workspace.Score(
                "evaluate",
                "--model",
                "artifacts/tiny/latest/model.onnx",
                "--folder",
                "images/test",
                "--output",
                "evaluation.json"
            )
        );

        Assert.True(trained.ExitCode == 0, trained.Output + trained.Error);
        Assert.Contains("features of 8 images within ", trained.Output, StringComparison.Ordinal);
        JsonElement gate = Read("artifacts/tiny/latest/gate.json");
        Assert.Equal("fp16", gate.GetProperty("arithmetic").GetString());
        Assert.Equal(8, gate.GetProperty("featureImages").GetInt32());
        Assert.InRange(
            gate.GetProperty("maxAbsFeatureDifference").GetDouble(),
            0,
            gate.GetProperty("featureTolerance").GetDouble()
        );
        Assert.True(evaluated.ExitCode == 0, evaluated.Error);
        Assert.Equal(
            Read("artifacts/tiny/latest/evaluation.json").GetProperty("microAccuracy").GetDouble(),
            Read("evaluation.json").GetProperty("microAccuracy").GetDouble()
        );
    }

    [Fact]
    public async Task Export_FeaturesOfAFinishedRun_AreComparedWithTheTrainers()
    {
        await workspace.TrainAsync();

        Outcome exported = await workspace.RunAsync([
            "dotnet",
            Path.Combine(AppContext.BaseDirectory, "pipeline-train.dll"),
            "export",
            "--checkpoint",
            "artifacts/tiny/latest/checkpoints/best.safetensors",
            "--output",
            "with-features.onnx",
            "--features",
        ]);

        Assert.True(exported.ExitCode == 0, exported.Output + exported.Error);
        Assert.Contains("features of 8 images within ", exported.Output, StringComparison.Ordinal);
        Assert.False(Read("artifacts/tiny/latest/gate.json").TryGetProperty("featureImages", out _));
    }

    [Fact]
    public async Task Export_CheckpointOfARunThatRejects_GivesTheRunsBytes()
    {
        Outcome trained = await workspace.TrainAsync("--set", "models.small.reject={ accuracy: 0.1 }");

        Outcome exported = await workspace.RunAsync([
            "dotnet",
            Path.Combine(AppContext.BaseDirectory, "pipeline-train.dll"),
            "export",
            "--checkpoint",
            "artifacts/tiny/latest/checkpoints/best.safetensors",
            "--output",
            "again.onnx",
        ]);

        Assert.True(trained.ExitCode == 0, trained.Error);
        Assert.Contains("reject: below a confidence of ", trained.Output, StringComparison.Ordinal);
        Assert.True(exported.ExitCode == 0, exported.Output + exported.Error);
        Assert.Equal(
            File.ReadAllBytes(workspace["artifacts/tiny/latest/model.onnx"]),
            File.ReadAllBytes(workspace["again.onnx"])
        );
    }

    private JsonElement Read(string name) => JsonDocument.Parse(File.ReadAllBytes(workspace[name])).RootElement;
}
