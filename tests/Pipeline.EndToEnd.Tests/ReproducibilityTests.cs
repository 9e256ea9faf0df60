namespace Pipeline.EndToEnd.Tests;

/// <summary>Promise 3: the same recipe, data, seed and machine give the same bytes.</summary>
public sealed class ReproducibilityTests(TrainedColors trained) : IClassFixture<TrainedColors>
{
    internal static readonly string[] Files =
    [
        "recipe.yaml",
        "split.csv",
        "metrics.jsonl",
        "results.csv",
        "model.onnx",
        "evaluation.json",
        "predictions.csv",
        "golden.safetensors",
        "checkpoints/best.safetensors",
        "checkpoints/last.safetensors",
        "models/features/model.onnx",
    ];

    [Fact]
    public async Task Train_Twice_GivesTheSameBytes()
    {
        Outcome again = await trained.TrainAsync("--force", "--artifacts", "again");

        Assert.Equal(0, again.ExitCode);
        Assert.All(
            Files,
            name =>
                Assert.True(
                    File.ReadAllBytes(Path.Combine(trained.Latest, name))
                        .AsSpan()
                        .SequenceEqual(File.ReadAllBytes(trained.Folder[$"again/colors/latest/{name}"])),
                    $"{name} differs between two runs."
                )
        );
    }

    [Fact]
    public async Task Train_ResolvedRecipe_GivesTheSameModel()
    {
        Outcome again = await PipelineProgram.RunAsync(
            "pipeline-train",
            trained.Folder.Path,
            "train",
            "--recipe",
            Path.Combine(trained.Latest, "recipe.yaml"),
            "--artifacts",
            "resolved"
        );

        Assert.Equal(0, again.ExitCode);
        Assert.Equal(
            await File.ReadAllBytesAsync(
                Path.Combine(trained.Latest, "model.onnx"),
                TestContext.Current.CancellationToken
            ),
            await File.ReadAllBytesAsync(
                trained.Folder["resolved/colors/latest/model.onnx"],
                TestContext.Current.CancellationToken
            )
        );
    }

    [Fact]
    public async Task Train_OtherSeed_GivesAnotherModel()
    {
        Outcome again = await trained.TrainAsync("--artifacts", "seed", "--set", "seed=4");

        Assert.Equal(0, again.ExitCode);
        Assert.NotEqual(
            await File.ReadAllBytesAsync(
                Path.Combine(trained.Latest, "model.onnx"),
                TestContext.Current.CancellationToken
            ),
            await File.ReadAllBytesAsync(
                trained.Folder["seed/colors/latest/model.onnx"],
                TestContext.Current.CancellationToken
            )
        );
    }
}
