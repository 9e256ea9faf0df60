using TorchSharp.Tests.Support;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Functional;

public sealed class PoolingTests : TorchTest
{
    [Fact]
    public void MaxPool_TwoByTwo_TakesTheLargest()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = Counted(4, 4);

        TensorAssert.Near([5, 7, 13, 15], nn.functional.max_pool2d(x, 2), 0);
        TensorAssert.Near([5, 7, 13, 15], nn.functional.max_pool2d(x, (2, 2)), 0);
        TensorAssert.Near([5, 7, 13, 15], nn.functional.max_pool2d(x, [2, 2]), 0);
    }

    [Fact]
    public void MaxPool_StepPaddingAndCeiling_FitTheFormula()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = Counted(5, 5);

        Assert.Equal([1, 1, 3, 3], nn.functional.max_pool2d(x, 3, stride: 2, padding: 1).shape);
        Assert.Equal([1, 1, 2, 2], nn.functional.max_pool2d(x, 2).shape);
        Assert.Equal([1, 1, 3, 3], nn.functional.max_pool2d(x, 2, ceil_mode: true).shape);
        TensorAssert.Near([6, 8, 9, 16, 18, 19, 21, 23, 24], nn.functional.max_pool2d(x, 3, stride: 2, padding: 1), 0);
    }

    [Theory]
    [InlineData(true, 1.25)]    // the last window holds the 5 and three zeros
    [InlineData(false, 5.0)]
    public void AvgPool_Padding_CountsOrNot(bool countPadding, double lastCorner)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor([1.0, 1, 1, 5], [1, 1, 2, 2]);

        Tensor actual = nn.functional.avg_pool2d(x, 2, stride: 2, padding: 1, count_include_pad: countPadding);

        Assert.Equal(lastCorner, actual[0, 0, 1, 1].ToDouble());
    }

    [Fact]
    public void AvgPool_DivisorGiven_ReplacesTheCount()
    {
        using DisposeScope scope = NewDisposeScope();

        TensorAssert.Near([10], nn.functional.avg_pool2d(full([1, 1, 2, 2], 5.0, float64), (2, 2), divisor_override: 2), 0);
    }

    [Fact]
    public void AdaptiveAvgPool_UnevenSizes_CoverTheImage()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = Counted(3, 3);

        TensorAssert.Near([4], nn.functional.adaptive_avg_pool2d(x, 1), 0);
        TensorAssert.Near([2, 3, 5, 6], nn.functional.adaptive_avg_pool2d(x, (2, 2)), 0);   // windows of 2 that overlap
    }

    [Fact]
    [Trait("Kind", "Gradient")]
    public void Pooling_AllForms_HaveTheRightGradients()
    {
        using Tensor x = randn([1, 2, 5, 5], float64);

        GradientCheck.Check(v => nn.functional.max_pool2d(v, 3, stride: 2, padding: 1), x);
        GradientCheck.Check(v => nn.functional.avg_pool2d(v, 3, stride: 2, padding: 1), x);
        GradientCheck.Check(v => nn.functional.adaptive_avg_pool2d(v, (2, 3)), x);
    }

    private static Tensor Counted(long height, long width) => arange(height * width, dtype: float64).reshape(1, 1, height, width);
}
