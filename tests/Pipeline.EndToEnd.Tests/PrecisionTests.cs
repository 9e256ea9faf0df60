using Pipeline.Testing;

namespace Pipeline.EndToEnd.Tests;

/// <summary><c>precision: auto</c> through the real program: measured once, said, saved, and found again.</summary>
[Trait("Kind", "Contract")]
public sealed class PrecisionTests
{
    [Fact]
    public async Task Train_PrecisionAuto_SavesTheChoiceAndFindsTheRunAgain()
    {
        using var folder = new TemporaryFolder();
        ColorFolder.Write(folder, "images", train: 6, validation: 4, test: 4);
        folder.Write(
            "colors.yaml",
            ColorFolder.Recipe("images").Replace("precision: fp32", "precision: auto", StringComparison.Ordinal)
        );

        Outcome first = await TrainAsync(folder, "colors.yaml");
        Outcome second = await TrainAsync(folder, "colors.yaml");
        Outcome resolved = await TrainAsync(folder, "artifacts/colors/1/recipe.yaml");

        Assert.True(first.ExitCode == 0, first.Error);
        Assert.Contains(
            "Precision of 'features', phase 1: fp32; it trains on stored features",
            first.Output,
            StringComparison.Ordinal
        );
        Assert.Matches(
            "Precision of 'tuned', phase 1: (fp32|bf16); (a training step takes|bf16 is not possible)",
            first.Output
        );
        Assert.DoesNotContain(
            "precision: auto",
            File.ReadAllText(folder["artifacts/colors/1/recipe.yaml"]),
            StringComparison.Ordinal
        );
        Assert.Contains("has a complete run already", second.Output, StringComparison.Ordinal);
        Assert.Contains("has a complete run already", resolved.Output, StringComparison.Ordinal);
    }

    private static Task<Outcome> TrainAsync(TemporaryFolder folder, string recipe) =>
        PipelineProgram.RunAsync("pipeline-train", folder.Path, "train", recipe);
}
