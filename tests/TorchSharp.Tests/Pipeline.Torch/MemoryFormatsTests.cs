using Pipeline.Torch;
using TorchSharp.Tests.Support;
using static TorchSharp.torch;

namespace TorchSharp.Tests.PipelineTorch;

public sealed class MemoryFormatsTests : TorchTest
{
    [Fact]
    public void ToChannelsLast_Images_KeepsElementsAndMovesThem()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = randn(2, 3, 4, 5);

        Tensor moved = MemoryFormats.ToChannelsLast(x);

        Assert.True(MemoryFormats.IsChannelsLast(moved));
        Assert.False(MemoryFormats.IsChannelsLast(x));
        Assert.Equal([60, 1, 15, 3], moved.stride());
        TensorAssert.Near(x, moved, 0);
        Assert.True(MemoryFormats.ToRowMajor(moved).is_contiguous());
    }

    [Fact]
    public void ToChannelsLast_Matrix_IsRefused()
    {
        using Tensor x = zeros(2, 2);

        Assert.Throws<TorchException>(() => MemoryFormats.ToChannelsLast(x));
    }

    [Fact]
    public void Conv2d_ChannelsLastInput_StaysChannelsLast()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = MemoryFormats.ToChannelsLast(randn(2, 8, 6, 6));
        Tensor w = MemoryFormats.ToChannelsLast(randn(4, 8, 3, 3));

        Assert.True(MemoryFormats.IsChannelsLast(nn.functional.conv2d(x, w)));
    }
}
