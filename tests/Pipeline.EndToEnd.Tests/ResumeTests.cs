using System.Diagnostics;
using Pipeline.Testing;

namespace Pipeline.EndToEnd.Tests;

/// <summary>
/// Promise 3: killed at any moment and taken up again, a run ends with the bytes of an uninterrupted one.
/// </summary>
public sealed class ResumeTests(TrainedColors trained) : IClassFixture<TrainedColors>
{
    /// <summary>
    /// Epochs written when the process is killed: in the first phase, at its end, between the models, in the last
    /// phase.
    /// </summary>
    private static readonly int[] KillAfterEpochs = [1, 3, 4, 5];

    [Fact]
    public async Task Train_KilledSeveralTimes_EndsWithTheSameBytes()
    {
        foreach (int epochs in KillAfterEpochs)
        {
            await KillAfterAsync(epochs);
        }

        Outcome last = await trained.TrainAsync("--artifacts", "killed");

        Assert.True(last.ExitCode == 0, last.Output + last.Error);
        Assert.Contains("Resuming run", last.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(trained.Folder["killed/colors/2"]));
        Assert.All(
            ReproducibilityTests.Files,
            name =>
                Assert.True(
                    File.ReadAllBytes(Path.Combine(trained.Latest, name))
                        .AsSpan()
                        .SequenceEqual(File.ReadAllBytes(trained.Folder[$"killed/colors/latest/{name}"])),
                    $"{name} differs between an uninterrupted and a killed run."
                )
        );
    }

    [Fact]
    public async Task Train_ImagesChangedSinceTheKill_IsRefused()
    {
        using var folder = new TemporaryFolder();
        ColorFolder.Write(folder, "images", train: 30, validation: 10, test: 10);
        folder.Write("colors.yaml", ColorFolder.Recipe("images"));
        await KillAsync(folder, "artifacts", 1);
        folder.Write("images/train/red/0002.png", ColorFolder.Image(2, "another"));

        Outcome second = await PipelineProgram.RunAsync(
            "pipeline-train",
            folder.Path,
            "train",
            "--recipe",
            "colors.yaml"
        );

        Assert.Equal(2, second.ExitCode);
        Assert.Contains(
            "its images have changed since. Start a new run with --force.",
            second.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Train_RunOfAnotherProcess_IsLeftAlone()
    {
        using var folder = new TemporaryFolder();
        ColorFolder.Write(folder, "images", train: 30, validation: 10, test: 10);
        folder.Write("colors.yaml", ColorFolder.Recipe("images"));
        await KillAsync(folder, "artifacts", 1);
        using var claim = new FileStream(
            folder["artifacts/colors/1/.claim"],
            FileMode.OpenOrCreate,
            FileAccess.ReadWrite,
            FileShare.None
        );
        byte[] state = await File.ReadAllBytesAsync(
            folder["artifacts/colors/1/run.json"],
            TestContext.Current.CancellationToken
        );

        Outcome second = await PipelineProgram.RunAsync(
            "pipeline-train",
            folder.Path,
            "train",
            "--recipe",
            "colors.yaml"
        );

        Assert.True(second.ExitCode == 0, second.Output + second.Error);
        Assert.Contains(
            "is in use by another process and is left alone; this is a new run",
            second.Output,
            StringComparison.Ordinal
        );
        Assert.Equal(
            state,
            await File.ReadAllBytesAsync(folder["artifacts/colors/1/run.json"], TestContext.Current.CancellationToken)
        );
        Assert.True(File.Exists(folder["artifacts/colors/2/model.onnx"]));
    }

    private Task KillAfterAsync(int epochs) => KillAsync(trained.Folder, "killed", epochs);

    private static async Task KillAsync(TemporaryFolder folder, string artifacts, int epochs)
    {
        using Process process = PipelineProgram.Start(
            "pipeline-train",
            folder.Path,
            "train",
            "--recipe",
            "colors.yaml",
            "--artifacts",
            artifacts
        );
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string metrics = folder[$"{artifacts}/colors/1/metrics.jsonl"];
        while (!process.HasExited && (!File.Exists(metrics) || Lines(metrics) < epochs))
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        process.Kill(); // SIGKILL: nothing can be tidied up
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await output;
    }

    private static int Lines(string path)
    {
        using var reader = new StreamReader(
            new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete)
        );
        return reader.ReadToEnd().Count(letter => letter == '\n');
    }
}
