using Pipeline.Torch;
using Pipeline.Trainer.Data;
using TorchSharp;

namespace Pipeline.Trainer.Tests;

/// <summary>Base of every test that makes tensors: one thread, a fixed seed, and no tensor left at the end.</summary>
public abstract class TorchTest : IDisposable
{
    private readonly long live;
    private readonly long liveOfThread;

    protected TorchTest()
    {
        TorchRuntime.ConfigureThreads(1);
        torch.manual_seed(1);
        live = TorchRuntime.LiveTensors;
        liveOfThread = LiveOfThread;
    }

    public void Dispose()
    {
        Assert.Equal(live, TorchRuntime.LiveTensors);

        // A tensor that its finalizer released lowers the count above; it did so on another thread
        Assert.Equal(liveOfThread, LiveOfThread);
        GC.SuppressFinalize(this);
    }

    // The loader's tensors are made on its threads and released on this one
    private static long LiveOfThread => DisposeScopeManager.Statistics.ThreadTotalLiveCount + PixelTensor.Crossings;
}
