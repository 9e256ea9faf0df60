using System.Runtime.InteropServices;
using TorchSharp.Tests.Support;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Tensors;

public sealed class CopyingTests : TorchTest
{
    [Fact]
    public void To_OtherTypes_Converts()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor([1.7f, -1.7f, 300f]);

        TensorAssert.Near([1, -1, 300], x.to(int64), 0);
        TensorAssert.Near([1.703125, -1.703125, 300], x.to(bfloat16), 0);   // 8 bits of precision
        Assert.Equal(float32, x.to(CPU).dtype);
    }

    [Fact]
    public void Clone_ThenWrite_LeavesTheOriginalAlone()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = zeros(2);

        x.clone().fill_(1);

        TensorAssert.Near([0, 0], x, 0);
    }

    [Fact]
    public void Copy_OtherType_Converts()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = zeros(2);

        x.copy_(tensor([3L, 4L]));

        TensorAssert.Near([3, 4], x, 0);
        TensorAssert.Near([0, 0], x.zero_(), 0);
    }

    [Fact]
    public void Data_OfATransposedTensor_IsInLogicalOrder()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = arange(6).reshape(2, 3).t();

        Assert.Equal([0L, 3, 1, 4, 2, 5], x.data<long>().ToArray());
        Assert.Equal(4, x.data<long>()[1, 1]);
        Assert.Equal([0L, 3, 1, 4, 2, 5], x.data<long>());
    }

    [Fact]
    public void Data_OfASlice_FollowsItsStrides()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = arange(6).reshape(2, 3)[.., 1..];

        Assert.Equal(5, x.data<long>()[1, 1]);
        Assert.Equal([1L, 2, 4, 5], x.data<long>().ToArray());
    }

    [Fact]
    public void Data_OfBfloat16_IsReadAsBits()
    {
        using DisposeScope scope = NewDisposeScope();

        Assert.Equal([(ushort)0x3f80, (ushort)0xc000], tensor([1f, -2f]).to(bfloat16).data<ushort>().ToArray());
    }

    [Fact]
    public void Data_CopyToWithOffsets_FillsTheRest()
    {
        using DisposeScope scope = NewDisposeScope();
        float[] target = [-1, -1, -1, -1];

        arange(4, dtype: float32).data<float>().CopyTo(target, arrayIndex: 1, tensorIndex: 1);

        Assert.Equal([-1f, 1, 2, 3], target);
    }

    [Fact]
    public void Data_CopyFromAndIndexerSet_WriteThrough()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = zeros(2, 2);

        x.data<float>().CopyFrom([1f, 2f, 3f, 4f]);
        x.data<float>()[1, 0] = 9;

        TensorAssert.Near([1, 2, 9, 4], x, 0);
    }

    [Fact]
    public void Data_WrongType_IsRefused()
    {
        using Tensor x = zeros(2);

        Assert.Throws<ArgumentException>(() => x.data<double>());
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(-1, 0)]
    [InlineData(0, 2)]
    public void Data_PositionOutside_IsRefused(long row, long column)
    {
        using Tensor x = zeros(2, 2);

        Assert.Throws<ArgumentOutOfRangeException>(() => x.data<float>()[row, column]);
    }

    [Fact]
    public void Data_TooSmallArray_IsRefused()
    {
        using Tensor x = zeros(3);

        Assert.Throws<ArgumentException>(() => x.data<float>().CopyTo(new float[2]));
    }

    [Fact]
    public void Bytes_OfAContiguousTensor_AreItsMemory()
    {
        using Tensor x = tensor([1f, 2f]);

        MemoryMarshal.Cast<byte, float>(x.bytes)[0] = 5;

        TensorAssert.Near([5, 2], x, 0);
    }

    [Fact]
    public void Bytes_OfATransposedTensor_AreRefused()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = zeros(2, 3).t();

        Assert.Throws<InvalidOperationException>(() => x.bytes.Length);
    }

    [Fact]
    public void Item_OneElement_IsRead()
    {
        using DisposeScope scope = NewDisposeScope();

        Assert.Equal(2.5f, tensor(2.5f).item<float>());
        Assert.Equal(2.5f, tensor(2.5).ToSingle());
        Assert.Equal(7, tensor([7L], [1, 1]).item<long>());
        Assert.Equal(1.5, tensor(1.5f).to(bfloat16).ToDouble());
        Assert.True(tensor(true).ToBoolean());
        Assert.Equal(3, tensor((byte)3).ToInt32());
        Assert.Equal(3, tensor(3L).ToScalar().ToInt64());
    }

    [Fact]
    public void Item_TwoElementsOrWrongType_IsRefused()
    {
        using DisposeScope scope = NewDisposeScope();

        Assert.Throws<ArgumentException>(() => zeros(2).item<float>());
        Assert.Throws<ArgumentException>(() => zeros(1).item<double>());
    }
}
