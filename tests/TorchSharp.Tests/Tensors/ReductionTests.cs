using TorchSharp.Tests.Support;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Tensors;

public sealed class ReductionTests : TorchTest
{
    private const double Rounding = 1e-14;   // sums of a few doubles

    [Fact]
    public void Sum_WholeAndByDimension_AddsUp()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = Numbers();

        TensorAssert.Near([21], x.sum(), Rounding);
        TensorAssert.Near([5, 7, 9], x.sum(0L), Rounding);
        TensorAssert.Near([6, 15], x.sum([1], keepdim: true), Rounding);
        Assert.Equal([2, 1], x.sum([1], keepdim: true).shape);
    }

    [Fact]
    public void Mean_WholeAndByDimension_Averages()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = Numbers();

        TensorAssert.Near([3.5], x.mean(), Rounding);
        TensorAssert.Near([2, 5], x.mean([1]), Rounding);
    }

    [Fact]
    public void Var_UnbiasedOrNot_DividesByNMinusOneOrN()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = Numbers();

        TensorAssert.Near([3.5], x.var(), Rounding);
        TensorAssert.Near([17.5 / 6], x.var(unbiased: false), Rounding);
        TensorAssert.Near([1, 1], x.var([1]), Rounding);
        TensorAssert.Near([2.0 / 3, 2.0 / 3], x.var([1], unbiased: false), Rounding);
        TensorAssert.Near([Math.Sqrt(3.5)], x.std(), Rounding);
        TensorAssert.Near([1, 1], x.std(1), Rounding);
    }

    [Fact]
    public void Extremes_WholeAndByDimension_AreFound()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor([3.0, 9, 1, 7, 2, 8], [2, 3]);

        (Tensor largest, Tensor where) = x.max(1);
        (Tensor smallest, Tensor at) = x.min(1);

        TensorAssert.Near([9, 8], largest, 0);
        TensorAssert.Near([1, 2], where, 0);
        TensorAssert.Near([1, 2], smallest, 0);
        TensorAssert.Near([2, 1], at, 0);
        Assert.Equal(9, x.max().ToDouble());
        Assert.Equal(1, x.min().ToDouble());
        Assert.Equal(1, x.argmax().ToInt64());
        TensorAssert.Near([2, 1], x.argmin(1), 0);
    }

    [Fact]
    public void Topk_TwoOfFour_AreSorted()
    {
        using DisposeScope scope = NewDisposeScope();

        (Tensor values, Tensor indexes) = tensor([4.0, 8, 6, 2]).topk(2);

        TensorAssert.Near([8, 6], values, 0);
        TensorAssert.Near([1, 2], indexes, 0);
    }

    [Fact]
    public void Sort_Descending_GivesValuesAndPositions()
    {
        using DisposeScope scope = NewDisposeScope();

        (Tensor values, Tensor positions) = tensor([4.0, 8, 6]).sort(descending: true);

        TensorAssert.Near([8, 6, 4], values, 0);
        TensorAssert.Near([1, 2, 0], positions, 0);
    }

    [Fact]
    public void AllAndAny_TruthValues_AreJoined()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor([true, true, true, false], [2, 2]);

        Assert.False(x.all().ToBoolean());
        Assert.True(x.any().ToBoolean());
        Assert.Equal([true, false], x.all(1).data<bool>().ToArray());
    }

    [Fact]
    public void Norm_OfThreeFour_IsFive()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor([3.0, 4.0, 5.0, 12.0], [2, 2]);

        TensorAssert.Near([Math.Sqrt(194)], x.norm(), Rounding);
        TensorAssert.Near([5, 13], x.norm(1), Rounding);
    }

    [Fact]
    public void Softmax_LargeScores_DoesNotOverflow()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor([1000.0, 1001.0], [1, 2]);
        double share = 1 / (1 + Math.E);

        TensorAssert.Near([share, 1 - share], x.softmax(1), Rounding);
        TensorAssert.Near([Math.Log(share), Math.Log(1 - share)], x.log_softmax(1), Rounding);
        TensorAssert.Near([1001 - Math.Log(1 - share)], x.logsumexp(1), Rounding);
    }

    private static Tensor Numbers() => tensor([1.0, 2, 3, 4, 5, 6], [2, 3]);
}
