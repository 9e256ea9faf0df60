using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Inference.Sessions;
using Pipeline.Inference.Tests.Hosting;

namespace Pipeline.Inference.Tests.Sessions;

/// <summary>
/// These hold where ONNX Runtime has the CPU only, which is what setup installs; the first test says so.
/// GpuNativesTests has the others.
/// </summary>
public sealed class DeviceTests
{
    public static TheoryData<ScoringDevice, string> Gpus =>
        new()
        {
            { ScoringDevice.Cuda, "CUDA" },
            { ScoringDevice.Tensorrt, "TensorRT" },
            { ScoringDevice.Webgpu, "WebGPU" },
        };

    [Fact]
    public void Auto_WithoutCuda_IsTheCpuAndSaysWhy()
    {
        var log = new LogRecorder();

        using ScoringSession session = ScoringSession.Open(TestModels.Colors, new ScoringOptions { Threads = 1 }, log);

        Assert.DoesNotContain("CUDAExecutionProvider", OrtEnv.Instance().GetAvailableProviders());
        Assert.Equal((ScoringDevice.Auto, ScoringDevice.Cpu), (session.Device.Requested, session.Device.Effective));
        Assert.Contains("no CUDA provider", session.Device.Reason, StringComparison.Ordinal);
        Assert.False(session.Device.IsFallback);
        Assert.DoesNotContain(log.Entries, entry => entry.Level >= LogLevel.Warning);
    }

    [Fact]
    public void Cpu_Asked_IsReportedWithItsProvider()
    {
        using ScoringSession session = ScoringSession.Open(
            TestModels.Colors,
            new ScoringOptions { Threads = 1, Device = ScoringDevice.Cpu }
        );

        Assert.Equal(
            (ScoringDevice.Cpu, "CPUExecutionProvider", "as asked", false),
            (session.Device.Effective, session.Device.Provider, session.Device.Reason, session.Device.IsFallback)
        );
        Assert.Empty(session.Device.Placement);
    }

    [Theory]
    [MemberData(nameof(Gpus))]
    public void Gpu_PolicyFail_IsAnErrorWithTheReasonAndWhatToDo(ScoringDevice device, string title)
    {
        DeviceException error = Assert.Throws<DeviceException>(() =>
            Open(device, DevicePolicy.Fail, new LogRecorder())
        );

        string name = WireNames.ToKebab(device);
        Assert.StartsWith(
            $"Model '{TestModels.Colors}' cannot run on device '{name}': this build of ONNX Runtime has no {title} "
                + "provider, only ",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.EndsWith(
            "; or ask for device 'cpu', or set the device policy to 'warn'.",
            error.Message,
            StringComparison.Ordinal
        );
        string advice =
            device == ScoringDevice.Webgpu ? "build of ONNX Runtime with WebGPU" : "OnnxRuntime.Gpu; ./build.sh --gpu";
        Assert.Contains(advice, error.Message, StringComparison.Ordinal);
        Assert.Equal(name, error.Expected);
    }

    [Theory]
    [InlineData(ScoringDevice.Cuda, DevicePolicy.Warn, 1)]
    [InlineData(ScoringDevice.Cuda, DevicePolicy.Cpu, 0)]
    [InlineData(ScoringDevice.Tensorrt, DevicePolicy.Warn, 1)]
    [InlineData(ScoringDevice.Tensorrt, DevicePolicy.Cpu, 0)]
    [InlineData(ScoringDevice.Webgpu, DevicePolicy.Warn, 1)]
    [InlineData(ScoringDevice.Webgpu, DevicePolicy.Cpu, 0)]
    public void Gpu_PolicyThatFallsBack_ReportsBothDevices(ScoringDevice device, DevicePolicy policy, int warnings)
    {
        var log = new LogRecorder();

        using ScoringSession session = Open(device, policy, log);

        Assert.Equal(
            (device, ScoringDevice.Cpu, true),
            (session.Device.Requested, session.Device.Effective, session.Device.IsFallback)
        );
        Assert.NotNull(session.SelfTestDifference);
        (LogLevel Level, string Text)[] warned = [.. log.Entries.Where(entry => entry.Level == LogLevel.Warning)];
        Assert.Equal(warnings, warned.Length);
        Assert.All(
            warned,
            entry =>
                Assert.StartsWith(
                    $"Device '{WireNames.ToKebab(device)}' was asked for and the CPU is used: this build",
                    entry.Text,
                    StringComparison.Ordinal
                )
        );
    }

    [Fact]
    public void Gpu_PolicyCpuAndABadFile_IsTheErrorOfTheFile()
    {
        var options = new ScoringOptions
        {
            Threads = 1,
            Device = ScoringDevice.Cuda,
            DevicePolicy = DevicePolicy.Cpu,
        };

        ModelContractException error = Assert.Throws<ModelContractException>(() =>
            ScoringSession.Open(TestModels.Path("wrong-golden"), options)
        );

        Assert.Contains("failed its self-test on cpu", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_OutOfRange_AreAllListedAtOnce()
    {
        var options = new ScoringOptions
        {
            Threads = 0,
            BatchSize = -1,
            DecodeWorkers = 0,
            BatchesAhead = 0,
            DevicePolicy = (DevicePolicy)9,
            DeviceIndex = 256,
        };

        ArgumentException error = Assert.Throws<ArgumentException>(() =>
            ScoringSession.Open(TestModels.Colors, options)
        );

        Assert.All(
            [
                "Threads is 0",
                "BatchSize is -1",
                "DecodeWorkers is 0",
                "BatchesAhead is 0",
                "DevicePolicy is 9",
                "DeviceIndex is 256",
            ],
            fault => Assert.Contains(fault, error.Message, StringComparison.Ordinal)
        );
    }

    private static ScoringSession Open(ScoringDevice device, DevicePolicy policy, LogRecorder log) =>
        ScoringSession.Open(
            TestModels.Colors,
            new ScoringOptions
            {
                Threads = 1,
                Device = device,
                DevicePolicy = policy,
            },
            log
        );
}
