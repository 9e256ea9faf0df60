namespace Pipeline.EndToEnd.Tests.BadInput;

/// <summary>
/// A disk that is full or read-only. The small disk is a tmpfs in a mount namespace of its own, which ends with the
/// program; where the system forbids that, a limit on the size of a file stands in for the full disk, with another
/// message.
/// </summary>
public sealed class DiskTests : IDisposable
{
    private const string OnSmallDisk = """
        mount -t tmpfs -o "$0" tmpfs disk || exit 99
        "$@"; code=$?
        find disk -mindepth 1 > disk-files.txt
        exit $code
        """;

    private readonly Workspace workspace = new Workspace().WithImages().WithRecipe();

    public void Dispose() => workspace.Dispose();

    [Theory]
    [InlineData("64k")] // the disk ends in the middle of the first checkpoint
    [InlineData("1m")] // the disk ends when the finished model is copied to its place
    public async Task Train_OntoAFullDisk_FailsWithOneMessageAndPublishesNothing(string size)
    {
        Outcome outcome = await RunAsync($"size={size}", Workspace.Train("--artifacts", "disk"));

        AssertFailed(outcome, "The disk is full", "--artifacts");
        Assert.DoesNotContain(
            await FilesAsync(),
            file =>
                file.EndsWith(".tmp", StringComparison.Ordinal)
                || file is "disk/tiny/latest" or "disk/tiny/1/comparison.json"
        );
    }

    [Fact]
    public async Task Train_OntoAFullDisk_LeavesNoRunWithoutWeights()
    {
        await RunAsync("size=64k", Workspace.Train("--artifacts", "disk"));

        Assert.Empty(await FilesAsync());
    }

    [Fact]
    public async Task Score_OntoAFullDisk_LeavesNoPredictions()
    {
        File.Copy(Path.Combine(AppContext.BaseDirectory, "data", "models", "colors.onnx"), workspace["model.onnx"]);
        workspace.WithImages(train: 100);

        Outcome outcome = await RunAsync(
            "size=4k",
            Workspace.Score("score", "--model", "model.onnx", "--folder", "images", "--output", "disk/predictions.csv")
        );

        AssertFailed(outcome, "The disk is full", "--output");
        // rows in the partial file are kept for --resume
        Assert.DoesNotContain("disk/predictions.csv", await FilesAsync());
    }

    [Fact]
    public async Task Export_OntoAFullDisk_LeavesNothing()
    {
        Assert.Equal(0, (await workspace.TrainAsync()).ExitCode);

        Outcome outcome = await RunAsync("size=64k", Export("disk/model.onnx"));

        AssertFailed(outcome, "The disk is full", "--output");
        Assert.Empty(await FilesAsync());
    }

    [Fact]
    public async Task Quantize_OntoAFullDisk_LeavesNothing()
    {
        Assert.Equal(0, (await workspace.TrainAsync()).ExitCode);

        Outcome outcome = await RunAsync(
            "size=64k",
            [
                .. Workspace.Train()[..2],
                "quantize",
                "--run",
                "artifacts/tiny/latest",
                "--output",
                "disk/model.int8.onnx",
                "--images",
                "4",
            ]
        );

        AssertFailed(outcome, "The disk is full", "--output");
        Assert.Empty(await FilesAsync());
    }

    [Fact]
    public async Task Export_IntoAFile_SaysWhatIsInTheWay()
    {
        Assert.Equal(0, (await workspace.TrainAsync()).ExitCode);
        await File.WriteAllTextAsync(workspace["file"], string.Empty);

        MessageAssert.IsOneMessage(
            await workspace.RunAsync(Export("file/model.onnx")),
            1,
            ["file' is a file, not a folder"]
        );

        Assert.Empty(workspace.HalfWritten());
    }

    [Fact]
    public async Task Train_OntoAReadOnlyFolder_SaysSoBeforeTraining()
    {
        Outcome outcome = await RunAsync("ro", Workspace.Train("--artifacts", "disk"));

        if (outcome.ExitCode == 99)
        {
            // No mounts here: a file in the place of the folder cannot be written into either
            await File.WriteAllTextAsync(workspace["file"], string.Empty);
            outcome = await workspace.TrainAsync("--artifacts", "file");
        }

        MessageAssert.IsOneMessage(outcome, 1, ["tiny"]);
        Assert.DoesNotContain("epoch 1/1", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_IntoAFile_SaysWhatIsInTheWay()
    {
        await File.WriteAllTextAsync(workspace["file"], string.Empty);

        MessageAssert.IsOneMessage(
            await workspace.TrainAsync("--artifacts", "file"),
            1,
            ["'file/tiny'", "'file' is in the way", "--artifacts"]
        );
    }

    private static string[] Export(string target) =>
        [
            .. Workspace.Train()[..2],
            "export",
            "--checkpoint",
            "artifacts/tiny/latest/checkpoints/best.safetensors",
            "--output",
            target,
            "--golden",
            "artifacts/tiny/latest/golden.safetensors",
        ];

    private async Task<Outcome> RunAsync(string options, string[] command)
    {
        Directory.CreateDirectory(workspace["disk"]);
        Outcome outcome = await workspace.RunAsync([
            "unshare",
            "--map-root-user",
            "--mount",
            "sh",
            "-c",
            OnSmallDisk,
            options,
            .. command,
        ]);
        bool hasNoMounts = !File.Exists(workspace["disk-files.txt"]);
        return hasNoMounts && options != "ro"
                ? await workspace.RunAsync(
                    [
                        "bash",
                        "-c",
                        $"trap '' XFSZ; ulimit -f {(options == "size=4k" ? 4 : 16)}; \"$@\"; code=$?; "
                            + "find disk -mindepth 1 > disk-files.txt; exit $code",
                        "limited",
                        .. command,
                    ],
                    new Dictionary<string, string> { ["DOTNET_EnableWriteXorExecute"] = "0" }
                )
            : hasNoMounts ? outcome with { ExitCode = 99 }
            : outcome;
    }

    private async Task<string[]> FilesAsync() => await File.ReadAllLinesAsync(workspace["disk-files.txt"]);

    private static void AssertFailed(Outcome outcome, params string[] parts)
    {
        MessageAssert.HasNoStackTrace(outcome);
        if (outcome.Error.Contains("disk", StringComparison.Ordinal))
        {
            MessageAssert.IsOneMessage(outcome, 1, parts);
        }

        Assert.Equal(1, outcome.ExitCode);
    }
}
