using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.OnnxRuntime;
using Pipeline.Core.Errors;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Tests.Sessions;

public sealed class SessionOpenerTests
{
    [Fact]
    public void Append_WebgpuWithAnIndex_SaysThatTheSystemPicks()
    {
        using var options = new SessionOptions();

        DeviceException error = Assert.Throws<DeviceException>(() => ExecutionProviders.Append(options, ScoringDevice.Webgpu, 1));

        Assert.Equal("the system picks the adapter of WebGPU, so a device index of 1 cannot be asked for; it must be 0", error.Message);
    }

    [Fact]
    public void Open_CheckThatRefuses_PassesItsErrorOn()
    {
        var options = new ScoringOptions { Threads = 1, Device = ScoringDevice.Cpu };

        ModelContractException error = Assert.Throws<ModelContractException>(() => SessionOpener.Open<int>(TestModels.Colors, options, NullLogger.Instance, (native, _) =>
        {
            native.Dispose();
            throw new ModelContractException("refused");
        }));

        Assert.Equal("refused", error.Message);
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
        byte[] profile = """
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
        var report = new DeviceReport(ScoringDevice.Webgpu, ScoringDevice.Webgpu, "as asked") { Placement = [new("CPUExecutionProvider", 5)] };

        DeviceException error = Assert.Throws<DeviceException>(() => PlacementProfile.Require(report));

        Assert.Equal("WebGPU runs no node of this model (5 on CPUExecutionProvider)", error.Message);
    }

    [Fact]
    public void Placement_SomeNodesOnTheDeviceOrUnknown_Passes()
    {
        var report = new DeviceReport(ScoringDevice.Webgpu, ScoringDevice.Webgpu, "as asked");

        PlacementProfile.Require(report);
        PlacementProfile.Require(report with { Placement = [new("CPUExecutionProvider", 5), new("WebGpuExecutionProvider", 1)] });
    }
}
