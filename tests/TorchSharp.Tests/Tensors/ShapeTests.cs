using TorchSharp.Tests.Support;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Tensors;

public sealed class ShapeTests : TorchTest
{
    [Fact]
    public void Reshape_AnyShape_KeepsRowMajorOrder()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = arange(12).reshape(3, -1);

        Assert.Equal([3, 4], x.shape);
        Assert.Equal([4, 3], x.t().shape);
        Assert.False(x.t().is_contiguous());
        Assert.True(x.t().contiguous().is_contiguous());
        TensorAssert.Near([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11], x.t(), 0);
        Assert.Equal([2, 6], x.view(2, 6).shape);
        Assert.Equal([12], x.flatten().shape);
    }

    [Fact]
    public void Permute_ImageBatch_MovesChannelsLast()
    {
        using DisposeScope scope = NewDisposeScope();

        Tensor moved = arange(24).reshape(1, 2, 3, 4).permute(0, 2, 3, 1);

        Assert.Equal([1, 3, 4, 2], moved.shape);
        Assert.Equal(13, moved[0, 0, 1, 1].ToInt64());
        Assert.Equal([24, 4, 1, 12], moved.stride());
    }

    [Fact]
    public void SqueezeAndUnsqueeze_OneDimension_AreInverse()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = zeros(2, 1, 3);

        Assert.Equal([2, 3], x.squeeze(1).shape);
        Assert.Equal([2, 3], x.squeeze().shape);
        Assert.Equal([2, 1, 3, 1], x.unsqueeze(-1).shape);
    }

    [Fact]
    public void Expand_SizeOne_RepeatsWithoutCopying()
    {
        using DisposeScope scope = NewDisposeScope();

        Tensor x = tensor([1.0, 2.0]).unsqueeze(1).expand(2, 3);

        TensorAssert.Near([1, 1, 1, 2, 2, 2], x, 0);
        Assert.Equal(0, x.stride(1));
    }

    [Fact]
    public void Flip_LastDimension_Reverses()
    {
        using DisposeScope scope = NewDisposeScope();

        TensorAssert.Near([2, 1, 0, 5, 4, 3], arange(6).reshape(2, 3).flip(1), 0);
    }

    [Fact]
    public void Roll_AlongDimensionOrAll_WrapsAround()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = arange(6).reshape(2, 3);

        TensorAssert.Near([2, 0, 1, 5, 3, 4], x.roll(1, 1), 0);
        TensorAssert.Near([5, 0, 1, 2, 3, 4], x.roll(1), 0);
    }

    [Fact]
    public void CatAndStack_TwoTensors_JoinAlongOldOrNewDimension()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor a = zeros(2, 3);
        Tensor b = ones(1, 3);

        Assert.Equal([3, 3], cat([a, b]).shape);
        TensorAssert.Near([0, 0, 0, 0, 0, 0, 1, 1, 1], cat([a, b]), 0);
        Assert.Equal([2, 3, 2], stack([a, a], -1).shape);
    }

    [Theory]
    [InlineData(7, 3, new long[] { 3, 3, 1 })]
    [InlineData(6, 3, new long[] { 3, 3 })]
    [InlineData(2, 3, new long[] { 2 })]
    public void Split_AnyLength_KeepsTheLastPart(long length, long size, long[] expected)
    {
        using DisposeScope scope = NewDisposeScope();

        Tensor[] parts = arange(length).split(size);

        Assert.Equal(expected, parts.Select(part => part.numel()));
    }

    [Fact]
    public void ChunkAndUnbind_OfRows_CountThem()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = arange(10).reshape(5, 2);

        Assert.Equal([2L, 2L, 1L], x.chunk(3).Select(part => part.size(0)));
        Assert.Equal(5, x.unbind().Length);
        TensorAssert.Near([0, 2, 4, 6, 8], x.unbind(1)[0], 0);
    }

    [Fact]
    public void Shape_MoreDimensionsThanUsual_IsComplete()
    {
        using Tensor x = zeros([1, 2, 1, 2, 1, 2, 1, 2, 1, 2]);

        Assert.Equal([1, 2, 1, 2, 1, 2, 1, 2, 1, 2], x.shape);
        Assert.Equal(2, x.size(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => x.size(10));
    }

    [Fact]
    public void ToString_OfATensor_IsShort()
    {
        Tensor x = zeros(2, 3);
        Assert.Equal("Float32 [2, 3] on cpu", x.ToString());

        x.Dispose();

        Assert.Equal("disposed tensor", x.ToString());
        Assert.True(x.IsInvalid);
    }
}
