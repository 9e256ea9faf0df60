namespace Pipeline.EndToEnd.Tests.BadInput;

/// <summary>A training that cannot be: its device is not there, or it runs away.</summary>
public sealed class TrainingTests : IDisposable
{
    private readonly Workspace workspace = new Workspace().WithImages();

    public void Dispose() => workspace.Dispose();

    [Fact]
    public async Task Train_OnADeviceThatIsNotThere_IsRefused()
    {
        workspace.WithRecipe();

        MessageAssert.IsOneMessage(
            await workspace.TrainAsync("--device", "cuda:7"),
            2,
            ["Device 'cuda:7' was asked for", "--device cpu"]
        );

        Assert.False(Directory.Exists(workspace["artifacts/tiny"]));
    }

    [Fact]
    public async Task Train_AtARateThatDiverges_StopsAndKeepsTheLastGoodState()
    {
        workspace.WithRecipe(
            Workspace
                .GoodRecipe.Replace("learning_rate: 1e-2", "learning_rate: 1e38", StringComparison.Ordinal)
                .Replace("epochs: 1", "epochs: 3\n        precision: fp32", StringComparison.Ordinal)
        );

        Outcome outcome = await workspace.TrainAsync();

        MessageAssert.IsOneMessage(
            outcome,
            1,
            [
                "Model 'small', phase 1, epoch",
                "the loss became",
                "at learning rate 1E+38",
                "Use a smaller learning rate",
            ]
        );
        Assert.False(Directory.Exists(workspace["artifacts/tiny/latest"]));
    }

    [Fact]
    public async Task FindLearningRate_OnAGoodRecipe_WritesTheSweepAndMakesNoRun()
    {
        workspace.WithRecipe();

        Outcome outcome = await workspace.RunAsync([
            .. Workspace.Train()[..2],
            "lr-find",
            "recipe.yaml",
            "--steps",
            "30",
            "--output",
            "sweep.json",
        ]);

        Assert.True(outcome.ExitCode == 0, outcome.Error + outcome.Output);
        Assert.Contains("'small', phase 1", outcome.Output, StringComparison.Ordinal);
        Assert.Contains(
            "\"points\": [",
            await File.ReadAllTextAsync(workspace["sweep.json"], TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        Assert.False(Directory.Exists(workspace["artifacts/tiny"]));
    }

    [Theory]
    [InlineData("train", "The recipe is missing. Name a YAML file: pipeline-train train recipe.yaml")]
    [InlineData("lr-find", "The recipe is missing. Name a YAML file: pipeline-train lr-find recipe.yaml")]
    [InlineData("train a.yaml --recipe b.yaml", "The recipe is given twice, 'a.yaml' and 'b.yaml'. Leave one out.")]
    [InlineData("train missing.yaml", "missing.yaml")]
    public async Task Verb_RecipeMissingTwiceOrNowhere_IsRefused(string arguments, string expected)
    {
        Outcome outcome = await workspace.RunAsync([.. Workspace.Train()[..2], .. arguments.Split(' ')]);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
        Assert.Empty(workspace.Artifacts());
    }

    [Theory]
    [InlineData("--model large", "no model 'large', it has: small")]
    [InlineData("--phase 2", "has phases 1 to 1, not 2")]
    [InlineData("--lowest 1 --highest 0.1", "expected 0 < --lowest < --highest")]
    [InlineData("--from model.safetensors", "'model.safetensors'")]
    public async Task FindLearningRate_WithABadOption_SaysWhatToCorrect(string options, string expected)
    {
        workspace.WithRecipe();

        Outcome outcome = await workspace.RunAsync([
            .. Workspace.Train()[..2],
            "lr-find",
            "--recipe",
            "recipe.yaml",
            .. options.Split(' '),
        ]);

        MessageAssert.IsOneMessage(outcome, 2, [expected]);
    }
}
