using System.Text;
using Pipeline.EndToEnd.Tests.BadInput;

namespace Pipeline.EndToEnd.Tests;

/// <summary>The verb <c>weights</c>, and training from a file and from an earlier run.</summary>
public sealed class StartingWeightsTests : IDisposable
{
    private const string Backbone = "backbone: { name: small-cnn }";
    private readonly Workspace workspace = new Workspace().WithImages().WithRecipe();

    public void Dispose() => workspace.Dispose();

    [Fact]
    public async Task Train_FromAnEarlierRunWithAClassMore_KeepsTheOldRows()
    {
        Assert.Equal(0, (await workspace.TrainAsync()).ExitCode);
        Directory.Move(workspace["artifacts/tiny"], workspace["earlier"]);
        foreach (
            string image in Directory
                .GetFiles(workspace["images"], "*.png", SearchOption.AllDirectories)
                .Where(path => path.Contains("/cat/", StringComparison.Ordinal))
        )
        {
            workspace.Write(
                Path.GetRelativePath(workspace.Path, image).Replace("/cat/", "/bird/", StringComparison.Ordinal),
                await File.ReadAllBytesAsync(image)
            );
        }

        workspace.WithRecipe(
            Workspace
                .GoodRecipe.Replace(
                    "    preprocessing: { size: 32, resize: squash, kernel: bilinear, scale: 1/255 }\n",
                    string.Empty,
                    StringComparison.Ordinal
                )
                .Replace(
                    Backbone,
                    "backbone: { name: small-cnn, weights: 'run:earlier/latest' }",
                    StringComparison.Ordinal
                )
        );

        Outcome outcome = await workspace.TrainAsync();

        Assert.Equal((0, string.Empty), (outcome.ExitCode, outcome.Error));
        Assert.Contains(
            "The earlier run's head is kept for 2 classes; new: bird.",
            outcome.Output,
            StringComparison.Ordinal
        );
        string resolved = await File.ReadAllTextAsync(workspace["artifacts/tiny/latest/recipe.yaml"]);
        Assert.Contains("kernel: bilinear", resolved, StringComparison.Ordinal);
        Assert.Contains("run:earlier/1", resolved, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_ACheckpointsBackbone_GivesAFileToTrainFrom()
    {
        Assert.Equal(0, (await workspace.TrainAsync()).ExitCode);
        const string Best = "artifacts/tiny/latest/checkpoints/best.safetensors";

        Outcome refused = await WeightsAsync("import", Best, "--network", "small-cnn", "--output", "own.safetensors");
        Outcome imported = await WeightsAsync(
            "import",
            Best,
            "--network",
            "small-cnn",
            "--replace-head",
            "--output",
            "own.safetensors"
        );
        Outcome inspected = await WeightsAsync("inspect", "own.safetensors");
        workspace.WithRecipe(
            Workspace.GoodRecipe.Replace(
                Backbone,
                "backbone: { name: small-cnn, weights: own.safetensors }",
                StringComparison.Ordinal
            )
        );
        Outcome trained = await workspace.TrainAsync();

        MessageAssert.IsOneMessage(refused, 2, ["head.dense.weight", "--replace-head"]);
        Assert.Equal((0, string.Empty), (imported.ExitCode, imported.Error));
        Assert.Contains(
            "The file's own classifier is left out: head.dense.bias, head.dense.weight.",
            imported.Output,
            StringComparison.Ordinal
        );
        Assert.Contains("safetensors:", inspected.Output, StringComparison.Ordinal);
        Assert.Equal((0, string.Empty), (trained.ExitCode, trained.Error));
    }

    [Fact]
    public async Task Train_FromAPickleThatCallsSomething_IsRefusedBeforeTraining()
    {
        workspace.Write("evil.pth", Encoding.Latin1.GetBytes("\u0080\u0002cposix\nsystem\nX\u0004\0\0\0true\u0085R."));
        workspace.WithRecipe(
            Workspace.GoodRecipe.Replace(
                Backbone,
                "backbone: { name: small-cnn, weights: evil.pth }",
                StringComparison.Ordinal
            )
        );

        MessageAssert.IsOneMessage(await workspace.TrainAsync(), 2, ["evil.pth", "is refused", "'posix.system'"]);

        Assert.Empty(workspace.Artifacts());
    }

    [Fact]
    public async Task List_OfANetwork_ShowsItsWeights()
    {
        Outcome outcome = await WeightsAsync("list", "--network", "vgg-16");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("imagenet1k-v1", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("CC BY 4.0", outcome.Output, StringComparison.Ordinal);
    }

    private Task<Outcome> WeightsAsync(params string[] arguments) =>
        workspace.RunAsync([.. Workspace.Train()[..2], "weights", .. arguments]);
}
