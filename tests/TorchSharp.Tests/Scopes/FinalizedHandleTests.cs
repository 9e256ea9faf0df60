using System.Runtime.CompilerServices;
using Pipeline.Torch;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Scopes;

/// <summary>Leaks on purpose, so it is not a <see cref="Support.TorchTest"/>.</summary>
[Trait("Kind", "Leak")]
public sealed class FinalizedHandleTests
{
    [Fact]
    public void Tensor_ThatNobodyDisposed_IsReleasedAndCounted()
    {
        long live = TorchRuntime.LiveTensors;
        long finalized = TorchRuntime.FinalizedHandles;

        Forget();
        GC.Collect();
        GC.WaitForPendingFinalizers();

        Assert.Equal(finalized + 1, TorchRuntime.FinalizedHandles);
        Assert.Equal(live, TorchRuntime.LiveTensors);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget() => zeros(1);
}
