using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Weights.Hdf5;

namespace Pipeline.Networks.Tests.Weights.Hdf5;

/// <summary>Files that h5py 3.7 wrote (tests/data/weights/make_hdf5.py).</summary>
public sealed class Hdf5FileTests
{
    [Fact]
    public void Read_Plain_GivesEveryNumericDataSet()
    {
        WeightSet tensors = Read("plain.h5");

        Assert.Equal(
            ["a/again", "a/b/c/int64", "a/float16", "a/float32", "a/float64", "empty", "scalar"],
            tensors.Names
        );
        Assert.Equal(WeightsData.Ramp(12, 0), WeightsData.Values(tensors["a/float32"]));
        Assert.Equal(WeightsData.Ramp(12, 0), WeightsData.Values(tensors["a/again"]));
        Assert.Equal(WeightsData.Ramp(12, 1), WeightsData.Values(tensors["a/float64"]));
        Assert.Equal(WeightsData.Ramp(12, 2), WeightsData.Values(tensors["a/float16"]));
        Assert.Equal([0L, 1, 2, 3, 4], tensors["a/b/c/int64"].AsInt64().ToArray());
        Assert.Equal([1.5f], WeightsData.Values(tensors["scalar"]));
        Assert.Equal([0L, 3], tensors["empty"].Shape);
        Assert.Equal([3L, 4], tensors["a/float32"].Shape);
    }

    [Fact]
    public void Read_Packed_UndoesChunksAndFilters()
    {
        WeightSet tensors = Read("packed.h5");

        Assert.Equal(WeightsData.Ramp(350, 0), WeightsData.Values(tensors["deflate"]));
        Assert.Equal(WeightsData.Ramp(350, 1), WeightsData.Values(tensors["shuffle"]));
        Assert.Equal(WeightsData.Ramp(210, 2), WeightsData.Values(tensors["chunks"]));
        // 100 chunks: a B-tree of two levels
        Assert.Equal(WeightsData.Ramp(200, 3), WeightsData.Values(tensors["many"]));
        float[] sparse = WeightsData.Values(tensors["sparse"]);
        Assert.Equal(2, sparse.Count(value => value != 0));
        Assert.Equal((2.5f, 2.5f), (sparse[(12 * 20) + 3], sparse[(13 * 20) + 3]));
    }

    [Fact]
    public void Read_LatestFormat_ReadsNewObjectHeaders()
    {
        WeightSet tensors = Read("latest.h5");

        Assert.Equal(WeightsData.Ramp(12, 0), WeightsData.Values(tensors["layer/kernel"]));
        Assert.Equal(WeightsData.Ramp(4, 1), WeightsData.Values(tensors["layer/bias"]));
    }

    [Fact]
    public void Read_ManyNames_WalksTheWholeTree()
    {
        WeightSet tensors = Read("deep-tree.h5");

        Assert.Equal(300, tensors.Count);
        Assert.All(
            Enumerable.Range(0, 300),
            index => Assert.Equal(WeightsData.Ramp(2, index % 3), WeightsData.Values(tensors[$"w{index:000}"]))
        );
    }

    [Fact]
    public void Read_NoHdf5_SaysSo()
    {
        WeightsException error = Assert.Throws<WeightsException>(() =>
            Hdf5File.Read("<!DOCTYPE html><html>not found</html>"u8.ToArray(), "weights.h5")
        );

        Assert.Equal(
            "Weights file 'weights.h5' cannot be used: it is no HDF5 file: its first 8 bytes are not HDF5's "
                + "signature. Give a .h5 file that Keras or h5py wrote.",
            error.Message
        );
    }

    [Theory]
    [InlineData("plain.h5")]
    [InlineData("packed.h5")]
    [InlineData("latest.h5")]
    public void Read_Truncated_IsRefusedOrHasAllThatIsLeft(string file)
    {
        byte[] bytes = WeightsData.Bytes(file);
        WeightSet whole = Hdf5File.Read(bytes, file);

        for (int length = 0; length < bytes.Length; length += 61)
        {
            if (
                Record.Exception(() => Assert.Equal(whole.Names, Hdf5File.Read(bytes.AsMemory(0, length), file).Names))
                is Exception error
            )
            {
                Assert.IsType<WeightsException>(error);
            }
        }
    }

    private static WeightSet Read(string file) => Hdf5File.Read(WeightsData.Bytes(file), file);
}
