using TorchSharp.Tests.Support;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Tensors;

public sealed class IndexingTests : TorchTest
{
    public static TheoryData<string, Func<Tensor, Tensor>, long[], double[]> Selections => new()
    {
        { "row", x => x[1], [4], [4, 5, 6, 7] },
        { "last row", x => x[-1], [4], [8, 9, 10, 11] },
        { "element", x => x[1, 2], [], [6] },
        { "range", x => x[1.., ..2], [2, 2], [4, 5, 8, 9] },
        { "from the end", x => x[.., ^2..], [3, 2], [2, 3, 6, 7, 10, 11] },
        { "up to before the end", x => x[0, ..^1], [3], [0, 1, 2] },
        { "step", x => x[0, TensorIndex.Slice(0, null, 2)], [2], [0, 2] },
        { "ellipsis", x => x[TensorIndex.Ellipsis, 3], [3], [3, 7, 11] },
        { "new dimension", x => x[TensorIndex.None, 2], [1, 4], [8, 9, 10, 11] },
        { "positions", x => x[tensor([2L, 0L])], [2, 4], [8, 9, 10, 11, 0, 1, 2, 3] },
        { "positions after a range", x => x[1.., tensor([3L, 3L])], [2, 2], [7, 7, 11, 11] },
        { "positions after an ellipsis", x => x[TensorIndex.Ellipsis, tensor([0L])], [3, 1], [0, 4, 8] },
        { "mask", x => x[x > 8], [3], [9, 10, 11] },
        { "index_select", x => x.index_select(1, tensor([3L, 1L])), [3, 2], [3, 1, 7, 5, 11, 9] },
        { "narrow", x => x.narrow(0, 1, 2), [2, 4], [4, 5, 6, 7, 8, 9, 10, 11] },
        { "select", x => x.select(1, 2), [3], [2, 6, 10] },
        { "slice", x => x.slice(1, 0, 4, 3), [3, 2], [0, 3, 4, 7, 8, 11] },
        { "gather", x => x.gather(1, tensor([3L, 0L, 1L], [3, 1])), [3, 1], [3, 4, 9] },
    };

    [Theory]
    [MemberData(nameof(Selections), DisableDiscoveryEnumeration = true)]
    public void Selection_OfCountedMatrix_HasTheseElements(string name, Func<Tensor, Tensor> selection, long[] shape, double[] expected)
    {
        using DisposeScope scope = NewDisposeScope();

        Tensor actual = selection(arange(12).reshape(3, 4));

        Assert.NotEmpty(name);
        Assert.Equal(shape, actual.shape);
        TensorAssert.Near(expected, actual, 0);
    }

    [Fact]
    public void IndexerSet_RangePositionsAndMask_WriteInPlace()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = zeros(3, 3);

        x[0] = tensor(1f);
        x[1.., 2..] = tensor(2f);
        x[tensor([1L]), tensor([1L])] = tensor(3f);
        x[x == 2] = tensor(5f);

        TensorAssert.Near([1, 1, 1, 0, 3, 5, 0, 0, 5], x, 0);
    }

    [Fact]
    public void Indexer_OutsideTheDimension_IsRefused()
    {
        using Tensor x = zeros(2);

        Assert.Throws<TorchException>(() => x[2]);
    }

    [Fact]
    public void MaskedFill_WhereTrue_ReplacesElements()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor([1.0, -1.0, 2.0]);

        TensorAssert.Near([1, 9, 2], x.masked_fill(x < 0, 9), 0);
        TensorAssert.Near([1, 2], x.masked_select(x > 0), 0);
    }

    [Fact]
    public void Scatter_PositionsAlongRows_WritesOneHot()
    {
        using DisposeScope scope = NewDisposeScope();

        Tensor x = zeros(2, 3).scatter(1, tensor([2L, 0L], [2, 1]), ones(2, 1));

        TensorAssert.Near([0, 0, 1, 1, 0, 0], x, 0);
    }
}
