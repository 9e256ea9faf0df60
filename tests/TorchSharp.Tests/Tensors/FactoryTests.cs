using TorchSharp.Tests.Support;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Tensors;

public sealed class FactoryTests : TorchTest
{
    [Fact]
    public void Zeros_FourSizes_HasThatShapeAndFloat32()
    {
        using Tensor made = zeros(2, 3, 4, 5);

        Assert.Equal([2, 3, 4, 5], made.shape);
        Assert.Equal(float32, made.dtype);
        Assert.Equal(120, made.numel());
    }

    [Fact]
    public void Zeros_LiteralZeroAsSize_IsAShape()
    {
        using Tensor two = zeros(2, 0);
        using Tensor three = randn(2, 3, 0);

        Assert.Equal([2, 0], two.shape);
        Assert.Equal([2, 3, 0], three.shape);
    }

    [Fact]
    public void Full_NoType_FollowsTheValue()
    {
        using Tensor numbers = full([2], 1.5);
        using Tensor integers = full([2], 7L);

        Assert.Equal(float32, numbers.dtype);
        Assert.Equal(int64, integers.dtype);
        TensorAssert.Near([7, 7], integers, 0);
    }

    [Fact]
    public void Ones_RequiresGrad_IsALeafThatRecords()
    {
        using Tensor made = ones([3], float64, requires_grad: true);

        Assert.True(made.requires_grad);
        Assert.True(made.is_leaf);
        Assert.Equal(float64, made.dtype);
    }

    [Fact]
    public void Arange_Integers_AreInt64()
    {
        using Tensor made = arange(2, 11, 3);

        Assert.Equal(int64, made.dtype);
        TensorAssert.Near([2, 5, 8], made, 0);
    }

    [Fact]
    public void Arange_Numbers_AreFloat32()
    {
        using Tensor made = arange(0.0, 1.0, 0.25);

        Assert.Equal(float32, made.dtype);
        TensorAssert.Near([0, 0.25, 0.5, 0.75], made, 0);
    }

    [Fact]
    public void Linspace_FiveSteps_IncludesBothEnds()
    {
        using Tensor made = linspace(-1, 1, 5);

        TensorAssert.Near([-1, -0.5, 0, 0.5, 1], made, 1e-7);   // one rounding of float32
    }

    [Fact]
    public void Eye_TwoSizes_HasOnesOnTheDiagonal()
    {
        using Tensor made = eye(2, 3);

        TensorAssert.Near([1, 0, 0, 0, 1, 0], made, 0);
    }

    [Fact]
    public void Randperm_OfN_HoldsEachNumberOnce()
    {
        using Tensor made = randperm(50);

        Assert.Equal(Enumerable.Range(0, 50).Select(i => (long)i), made.data<long>().ToArray().Order());
    }

    [Fact]
    public void Randint_OfRange_StaysInside()
    {
        using Tensor made = randint(3, 6, [200]);

        Assert.Equal([3L, 4L, 5L], made.data<long>().ToArray().Distinct().Order());
    }

    [Fact]
    public void Tensor_OfEachElementType_RoundTrips()
    {
        AssertRoundTrip<byte>([0, 255], uint8);
        AssertRoundTrip<sbyte>([-128, 127], int8);
        AssertRoundTrip<short>([-5, 300], int16);
        AssertRoundTrip([-7, 7], int32);
        AssertRoundTrip([long.MinValue, long.MaxValue], int64);
        AssertRoundTrip([-1.5f, float.NaN], float32);
        AssertRoundTrip([-1.5, double.Epsilon], float64);
        AssertRoundTrip([true, false], @bool);
        AssertRoundTrip([(Half)1.5, Half.MaxValue], float16);
    }

    [Fact]
    public void Tensor_OfArrayAndShape_IsRowMajor()
    {
        using Tensor made = tensor([1f, 2f, 3f, 4f, 5f, 6f], [2, 3]);
        using Tensor row = made[1];

        TensorAssert.Near([4, 5, 6], row, 0);
    }

    [Fact]
    public void Tensor_OfMatrix_KeepsItsShape()
    {
        using Tensor made = tensor(new[,] { { 1, 2 }, { 3, 4 }, { 5, 6 } });

        Assert.Equal([3, 2], made.shape);
        TensorAssert.Near([1, 2, 3, 4, 5, 6], made, 0);
    }

    [Fact]
    public void Tensor_ShapeDoesNotFit_NamesBothCounts()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => tensor([1f, 2f, 3f], [2, 2]));

        Assert.Contains("has 4 elements, the array has 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tensor_UnknownElementType_IsRefused() => Assert.Throws<ArgumentException>(() => tensor([1u, 2u]));

    [Fact]
    public void Tensor_WithType_Converts()
    {
        using Tensor made = tensor([1, 2], dtype: float32);

        Assert.Equal(float32, made.dtype);
        TensorAssert.Near([1, 2], made, 0);
    }

    [Fact]
    public void Tensor_Empty_HasNoElements()
    {
        using Tensor made = tensor(Array.Empty<float>(), [0, 3]);

        Assert.Equal(0, made.numel());
        Assert.Empty(made.data<float>().ToArray());
    }

    private static void AssertRoundTrip<T>(T[] values, ScalarType expected)
        where T : unmanaged
    {
        using Tensor made = tensor(values);

        Assert.Equal(expected, made.dtype);
        Assert.Equal(values, made.data<T>().ToArray());
    }
}
