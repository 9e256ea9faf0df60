using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.OnnxRuntime;
using Pipeline.Core.Errors;
using Pipeline.Inference.Sessions;
using Pipeline.Inference.Tests.Hosting;

namespace Pipeline.Inference.Tests.Sessions;

public sealed class SessionOpenerTests
{
    [Fact]
    public void Append_WebgpuWithAnIndex_SaysThatTheSystemPicks()
    {
        using var options = new SessionOptions();

        DeviceException error = Assert.Throws<DeviceException>(() =>
            ExecutionProviders.Append(options, ScoringDevice.Webgpu, 1)
        );

        Assert.Equal(
            "the system picks the adapter of WebGPU, so a device index of 1 cannot be asked for; it must be 0",
            error.Message
        );
    }

    [Fact]
    public void Open_CheckThatRefuses_PassesItsErrorOn()
    {
        var options = new ScoringOptions { Threads = 1, Device = ScoringDevice.Cpu };

        ModelContractException error = Assert.Throws<ModelContractException>(() =>
            SessionOpener.Open<int>(
                TestModels.Colors,
                options,
                NullLogger.Instance,
                (native, _) =>
                {
                    native.Dispose();
                    throw new ModelContractException("refused");
                }
            )
        );

        Assert.Equal("refused", error.Message);
    }

    [Theory]
    [InlineData(ScoringDevice.Cuda, DevicePolicy.Warn, 1)]
    [InlineData(ScoringDevice.Tensorrt, DevicePolicy.Cpu, 0)]
    [InlineData(ScoringDevice.Auto, DevicePolicy.Fail, 0)]
    public void Open_DeviceThatFailsItsTest_FallsBackToTheCpu(ScoringDevice device, DevicePolicy policy, int warnings)
    {
        var log = new LogRecorder();

        DeviceReport used = OpenOnAFaultyDevice(device, policy, log);

        Assert.Equal((device, ScoringDevice.Cpu), (used.Requested, used.Effective));
        Assert.EndsWith(" cannot be used here: other numbers", used.Reason, StringComparison.Ordinal);
        Assert.Equal(warnings, log.Entries.Count(entry => entry.Level == LogLevel.Warning));
    }

    [Fact]
    public void Open_DeviceThatFailsItsTestAndMustNotFallBack_IsTheErrorOfTheTest()
    {
        ModelContractException error = Assert.Throws<ModelContractException>(() =>
            OpenOnAFaultyDevice(ScoringDevice.Webgpu, DevicePolicy.Fail, new LogRecorder())
        );

        Assert.Equal("other numbers", error.Message);
    }

    [Fact]
    public void Open_DeviceThatWorks_IsCheckedAndReportedWithItsIndex()
    {
        var options = new ScoringOptions
        {
            Threads = 1,
            Device = ScoringDevice.Cuda,
            DeviceIndex = 3,
        };

        DeviceReport used = SessionOpener.Open(
            TestModels.Colors,
            options,
            NullLogger.Instance,
            Report,
            _ => SessionOpener.OpenOnCpu(TestModels.Colors, options)
        );

        Assert.Equal(
            (ScoringDevice.Cuda, 3, "as asked", "CUDAExecutionProvider", false),
            (used.Effective, used.Index, used.Reason, used.Provider, used.IsFallback)
        );
    }

    [Fact]
    public void Placement_OfARealRun_CountsEachNodeOnce()
    {
        NativeRuntime.EnsureStarted();
        using var options = new SessionOptions { GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL };
        PlacementProfile.Begin(options);
        using var session = new InferenceSession(TestModels.Colors, options);
        using OrtValue image = OrtValue.CreateTensorValueFromMemory(new byte[TestModels.Size.RgbBytes], [1, 8, 8, 3]);
        using var run = new RunOptions();
        for (int time = 0; time < 2; time++)
        {
            session.Run(run, ["image"], [image], ["logits", "probabilities"]).Dispose();
        }

        NodePlacement part = Assert.Single(PlacementProfile.End(session));

        Assert.Equal(new NodePlacement("CPUExecutionProvider", 5), part); // Cast, ReduceMean, MatMul, Add, Softmax
        Assert.Empty(PlacementProfile.End(session)); // it has ended, and its file is gone
    }

    [Fact]
    public void Placement_TwoProviders_ArePutInOrder()
    {
        byte[] profile =
            """
            [{"cat":"Session","args":{}},
             {"cat":"Node","name":"a_kernel_time","args":{"provider":"CPUExecutionProvider","node_index":"0"}},
             {"cat":"Node","name":"b_kernel_time","args":{"provider":"CUDAExecutionProvider","node_index":"1"}},
             {"cat":"Node","name":"b_fence_after","args":{"provider":"CUDAExecutionProvider","node_index":"1"}},
             {"cat":"Node","name":"c_kernel_time","args":{"provider":"CUDAExecutionProvider","node_index":"2"}}]
            """u8.ToArray();

        Assert.Equal([new("CUDAExecutionProvider", 2), new("CPUExecutionProvider", 1)], PlacementProfile.Read(profile));
    }

    [Fact]
    public void Placement_NoNodeOnTheDevice_IsRefused()
    {
        var report = new DeviceReport(ScoringDevice.Webgpu, ScoringDevice.Webgpu, "as asked")
        {
            Placement = [new("CPUExecutionProvider", 5)],
        };

        DeviceException error = Assert.Throws<DeviceException>(() => PlacementProfile.Require(report));

        Assert.Equal("WebGPU runs no node of this model (5 on CPUExecutionProvider)", error.Message);
    }

    [Fact]
    public void Placement_SomeNodesOnTheDeviceOrUnknown_Passes()
    {
        var report = new DeviceReport(ScoringDevice.Webgpu, ScoringDevice.Webgpu, "as asked");

        PlacementProfile.Require(report);
        PlacementProfile.Require(
            report with
            {
                Placement = [new("CPUExecutionProvider", 5), new("WebGpuExecutionProvider", 1)],
            }
        );
    }

    /// <summary>
    /// A device on which the check fails, as a self-test does when the device computes other numbers. It is the CPU in
    /// its place: what is tried is what follows.
    /// </summary>
    private static DeviceReport OpenOnAFaultyDevice(ScoringDevice device, DevicePolicy policy, LogRecorder log)
    {
        var options = new ScoringOptions
        {
            Threads = 1,
            Device = device,
            DevicePolicy = policy,
        };
        return SessionOpener.Open(
            TestModels.Colors,
            options,
            log,
            (native, report) => report.Effective == ScoringDevice.Cpu ? Report(native, report) : throw Refusal(native),
            _ => SessionOpener.OpenOnCpu(TestModels.Colors, options)
        );
    }

    private static DeviceReport Report(InferenceSession native, DeviceReport report)
    {
        native.Dispose();
        return report;
    }

    private static ModelContractException Refusal(InferenceSession native)
    {
        native.Dispose();
        return new ModelContractException("other numbers");
    }
}
