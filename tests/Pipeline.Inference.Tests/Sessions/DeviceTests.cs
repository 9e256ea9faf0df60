using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;
using Pipeline.Core.Errors;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Tests.Sessions;

/// <summary>These hold where ONNX Runtime has no CUDA, which is where the tests run; the first test says so.</summary>
public sealed class DeviceTests
{
    [Fact]
    public void Auto_WithoutCuda_IsTheCpuAndSaysWhy()
    {
        using ScoringSession session = ScoringSession.Open(TestModels.Colors, new ScoringOptions { Threads = 1 });

        Assert.DoesNotContain("CUDAExecutionProvider", OrtEnv.Instance().GetAvailableProviders());
        Assert.Equal(ScoringDevice.Auto, session.Device.Requested);
        Assert.Equal(ScoringDevice.Cpu, session.Device.Effective);
        Assert.Contains("no CUDA provider", session.Device.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Cuda_PolicyFail_IsAnErrorWithTheReason()
    {
        DeviceException error = Assert.Throws<DeviceException>(() => Open(DevicePolicy.Fail, new Recorder()));

        Assert.Contains("no CUDA provider", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DevicePolicy.Warn, 1)]
    [InlineData(DevicePolicy.Cpu, 0)]
    public void Cuda_PolicyThatFallsBack_ReportsBothDevices(DevicePolicy policy, int warnings)
    {
        var recorder = new Recorder();

        using ScoringSession session = Open(policy, recorder);

        Assert.Equal(ScoringDevice.Cuda, session.Device.Requested);
        Assert.Equal(ScoringDevice.Cpu, session.Device.Effective);
        Assert.Equal(warnings, recorder.Warnings.Count);
        Assert.All(recorder.Warnings, warning => Assert.Contains("'cuda'", warning, StringComparison.Ordinal));
    }

    [Fact]
    public void Options_OutOfRange_AreAllListedAtOnce()
    {
        var options = new ScoringOptions { Threads = 0, BatchSize = -1, DecodeWorkers = 0, BatchesAhead = 0, DevicePolicy = (DevicePolicy)9 };

        ArgumentException error = Assert.Throws<ArgumentException>(() => ScoringSession.Open(TestModels.Colors, options));

        Assert.All(["Threads is 0", "BatchSize is -1", "DecodeWorkers is 0", "BatchesAhead is 0", "DevicePolicy is 9"], fault => Assert.Contains(fault, error.Message, StringComparison.Ordinal));
    }

    private static ScoringSession Open(DevicePolicy policy, Recorder recorder) =>
        ScoringSession.Open(TestModels.Colors, new ScoringOptions { Threads = 1, Device = ScoringDevice.Cuda, DevicePolicy = policy }, recorder);

    private sealed class Recorder : ILogger
    {
        internal List<string> Warnings { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Warning)
            {
                Warnings.Add(formatter(state, exception));
            }
        }
    }
}
