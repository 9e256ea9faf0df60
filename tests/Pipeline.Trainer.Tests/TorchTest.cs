using Pipeline.Torch;
using TorchSharp;

namespace Pipeline.Trainer.Tests;

/// <summary>Base of every test that makes tensors: one thread, a fixed seed, and no tensor left at the end.</summary>
public abstract class TorchTest : IDisposable
{
    private readonly long live;
    private readonly long finalized;

    protected TorchTest()
    {
        TorchRuntime.ConfigureThreads(1);
        torch.manual_seed(1);
        live = TorchRuntime.LiveTensors;
        finalized = TorchRuntime.FinalizedHandles;
    }

    public void Dispose()
    {
        Assert.Equal(live, TorchRuntime.LiveTensors);
        Assert.Equal(finalized, TorchRuntime.FinalizedHandles);
        GC.SuppressFinalize(this);
    }
}
