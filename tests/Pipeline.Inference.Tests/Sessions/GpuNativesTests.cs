using System.Reflection;

namespace Pipeline.Inference.Tests.Sessions;

/// <summary>
/// ONNX Runtime with CUDA and TensorRT, in processes of their own, since a process has one ONNX Runtime. They run where
/// <c>./build.sh --gpu</c> restored the package; where the hardware or NVIDIA's libraries are missing, they hold the
/// reason, and where they are there, the self-test and the placement.
/// </summary>
public sealed class GpuNativesTests
{
    private static readonly string Natives =
        typeof(GpuNativesTests)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(item => item.Key == "GpuNatives")
            .Value
        ?? ".";

    [Fact]
    public async Task Variable_FolderWithoutTheLibrary_IsAnErrorThatNamesIt()
    {
        (int exitCode, string output) = await InspectAsync(AppContext.BaseDirectory + "data", "cpu", "fail");

        Assert.Equal(2, exitCode);
        Assert.Contains(
            $"error: PIPELINE_ONNXRUNTIME is '{AppContext.BaseDirectory}data', "
                + "which holds no file 'libonnxruntime.so'. Name the folder",
            output,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [Trait("Kind", "Slow")]
    [InlineData("cuda", "CUDA", "CUDAExecutionProvider")]
    [InlineData("tensorrt", "TensorRT", "TensorrtExecutionProvider")]
    public async Task Nvidia_PolicyFail_RunsOrNamesTheMissingLibrary(string device, string title, string provider)
    {
        RequireNatives();

        (int exitCode, string output) = await InspectAsync(Natives, device, "fail");

        AssertRunsOr(
            exitCode,
            output,
            device,
            provider,
            $"{title} cannot be used here: ",
            $"Failed to load library {Natives}/libonnxruntime_providers_{device}.so with error: lib",
            "cannot open shared object file"
        );
    }

    [Theory]
    [Trait("Kind", "Slow")]
    [InlineData("auto", "fail")]
    [InlineData("cuda", "warn")]
    [InlineData("tensorrt", "cpu")]
    public async Task Device_PolicyThatFallsBack_PassesItsSelfTestWhereverItRuns(string device, string policy)
    {
        RequireNatives();

        (int exitCode, string output) = await InspectAsync(Natives, device, policy);

        Assert.True(exitCode == 0, output);
        Assert.Contains("| self-test | passed", output, StringComparison.Ordinal);
        Assert.Equal(
            policy == "warn" && output.Contains("| cpu (asked", StringComparison.Ordinal),
            output.Contains($"warning: Device '{device}' was asked for and the CPU is used", StringComparison.Ordinal)
        );
    }

    private static void RequireNatives() =>
        Assert.SkipUnless(
            File.Exists(Path.Combine(Natives, "libonnxruntime.so")),
            "./build.sh --target=build --gpu was not run"
        );

    private static void AssertRunsOr(
        int exitCode,
        string output,
        string device,
        string provider,
        params string[] reasons
    )
    {
        if (exitCode == 0)
        {
            Assert.Contains($"| {device} (asked: {device}; as asked)", output, StringComparison.Ordinal);
            Assert.Contains($"on {provider}", output, StringComparison.Ordinal);
            Assert.Contains("| self-test | passed", output, StringComparison.Ordinal);
            return;
        }

        Assert.Equal(1, exitCode);
        Assert.All(reasons, reason => Assert.Contains(reason, output, StringComparison.Ordinal));
        Assert.Contains($"cannot run on device '{device}'", output, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output)> InspectAsync(string natives, string device, string policy)
    {
        Outcome outcome = await ChildProcess.RunAsync(
            ".",
            ChildProcess.Beside(
                "pipeline-score",
                "inspect",
                "--model",
                TestModels.Colors,
                "--device",
                device,
                "--device-policy",
                policy,
                "--threads",
                "1"
            ),
            ("PIPELINE_ONNXRUNTIME", natives)
        );
        return (outcome.ExitCode, outcome.Output + outcome.Error);
    }
}
