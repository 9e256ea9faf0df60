using System.Diagnostics;
using Pipeline.Testing;

namespace Pipeline.EndToEnd.Tests;

/// <summary>
/// Promise 3 at moments that nobody chose: killed while it starts, decodes, trains, writes or exports, a run taken up
/// again ends with the bytes of an uninterrupted one.
/// </summary>
[Trait("Kind", "Slow")]
public sealed class KillTests
{
    private const int Kills = 20,
        Seed = 6;

    [Fact]
    public async Task Train_KilledAtTwentyRandomMoments_EndsWithTheSameBytesEachTime()
    {
        using var folder = new TemporaryFolder();
        ColorFolder.Write(folder, "images", train: 30, validation: 10, test: 10);
        folder.Write("colors.yaml", ColorFolder.Recipe("images"));
        long start = Stopwatch.GetTimestamp();
        Outcome whole = await PipelineProgram.RunAsync(
            "pipeline-train",
            folder.Path,
            "train",
            "--recipe",
            "colors.yaml",
            "--artifacts",
            "whole"
        );
        TimeSpan duration = Stopwatch.GetElapsedTime(start);
        Assert.True(whole.ExitCode == 0, whole.Output + whole.Error);
        var random = new Random(Seed);
        int killed = 0;

        for (int kill = 0; kill < Kills; kill++)
        {
            start = Stopwatch.GetTimestamp();
            bool isKilled = await KillAsync(folder, $"kill{kill}", duration * random.NextDouble());
            killed += isKilled ? 1 : 0;
            // the machine has less else to do than before
            duration = isKilled ? duration : Stopwatch.GetElapsedTime(start);
            Outcome rest = await PipelineProgram.RunAsync(
                "pipeline-train",
                folder.Path,
                "train",
                "--recipe",
                "colors.yaml",
                "--artifacts",
                $"kill{kill}"
            );
            Assert.True(rest.ExitCode == 0, rest.Output + rest.Error);
            Assert.All(
                ReproducibilityTests.Files,
                name =>
                    Assert.True(
                        File.ReadAllBytes(folder[$"whole/colors/latest/{name}"])
                            .AsSpan()
                            .SequenceEqual(File.ReadAllBytes(folder[$"kill{kill}/colors/latest/{name}"])),
                        $"{name} differs after kill {kill}."
                    )
            );
        }

        TestContext.Current.SendDiagnosticMessage(
            $"{killed} of {Kills} runs were still going when they were killed; {Kills} of {Kills} ended with equal "
                + "bytes."
        );
        Assert.InRange(killed, Kills / 2, Kills); // the others had just ended
    }

    private static async Task<bool> KillAsync(TemporaryFolder folder, string artifacts, TimeSpan after)
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
        await Task.WhenAny(
            Task.Delay(after, TestContext.Current.CancellationToken),
            process.WaitForExitAsync(TestContext.Current.CancellationToken)
        );
        bool isRunning = !process.HasExited;
        process.Kill(); // SIGKILL: nothing can be tidied up
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await output;
        return isRunning;
    }
}
