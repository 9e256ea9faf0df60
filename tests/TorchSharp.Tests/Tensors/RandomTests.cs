using TorchSharp.Tests.Support;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Tensors;

public sealed class RandomTests : TorchTest
{
    [Fact]
    public void ManualSeed_SameSeed_GivesTheSameNumbers()
    {
        manual_seed(5);
        using Tensor first = randn(100);
        manual_seed(5);
        using Tensor second = randn(100);
        using Tensor third = randn(100);

        Assert.True(first.Equals(second));
        Assert.False(first.Equals(third));
        Assert.Equal(5, initial_seed());
    }

    [Fact]
    public void RngState_Restored_ContinuesTheSequence()
    {
        using Tensor ignored = rand(3);
        using Tensor state = get_rng_state();
        using Tensor first = randn(10);

        set_rng_state(state);
        using Tensor second = randn(10);

        Assert.Equal(uint8, state.dtype);
        Assert.True(first.Equals(second));
    }

    [Fact]
    public void RngState_NotAState_IsRefused()
    {
        using Tensor bytes = zeros([10], uint8);

        Assert.Throws<TorchException>(() => set_rng_state(bytes));
    }

    [Fact]
    public void Randn_ManyNumbers_HaveMeanZeroAndDeviationOne()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = randn(100_000);

        Assert.Equal(0, x.mean().ToDouble(), 0.02);   // 6 standard errors of 1 / sqrt(100 000)
        Assert.Equal(1, x.std().ToDouble(), 0.02);
    }

    [Fact]
    public void Rand_ManyNumbers_StayInTheUnitInterval()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = rand(10_000);

        Assert.InRange(x.min().ToSingle(), 0f, 0.01f);
        Assert.InRange(x.max().ToSingle(), 0.99f, 0.99999994f);
    }
}
