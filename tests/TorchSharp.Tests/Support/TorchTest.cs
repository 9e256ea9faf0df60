using Pipeline.Torch;

namespace TorchSharp.Tests.Support;

/// <summary>Base of every test that makes tensors: fixes threads and seed, and fails a test that leaks.</summary>
public abstract class TorchTest : IDisposable
{
    private readonly long _liveBefore;
    private readonly long _finalizedBefore;

    static TorchTest() => TorchRuntime.ConfigureThreads(1);

    protected TorchTest()
    {
        torch.manual_seed(20240229);
        _liveBefore = TorchRuntime.LiveTensors;
        _finalizedBefore = TorchRuntime.FinalizedHandles;
    }

    public void Dispose()
    {
        long left = TorchRuntime.LiveTensors - _liveBefore;
        long finalized = TorchRuntime.FinalizedHandles - _finalizedBefore;
        Assert.True(left == 0 && finalized == 0, $"The test left {left} tensors alive and {finalized} to the finalizer.");
        GC.SuppressFinalize(this);
    }
}
