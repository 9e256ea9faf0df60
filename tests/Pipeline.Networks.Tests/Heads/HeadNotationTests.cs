using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;

namespace Pipeline.Networks.Tests.Heads;

public sealed class HeadNotationTests
{
    [Theory]
    [InlineData("global_average_pool")]
    [InlineData("flatten")]
    [InlineData("standardize")]
    [InlineData("dropout: 0.25")]
    [InlineData("conv: 32")]
    [InlineData("max_pool: 2")]
    [InlineData("dense: 256")]
    [InlineData("dense: classes")]
    public void Read_EveryLayer_WritesBackTheSame(string notation)
    {
        HeadLayer layer = HeadNotation.Read(notation);

        Assert.Equal(notation, HeadNotation.Write(layer));
    }

    [Theory]
    [InlineData("dens: 256", "Did you mean 'dense'?")]
    [InlineData("dense: many", "expected a number of units")]
    [InlineData("dropout: 1", "less than 1")]
    [InlineData("flatten: 3", "takes no value")]
    [InlineData("conv", "expected a number of channels")]
    [InlineData("max_pool: 0", "expected the side of the window")]
    public void Read_BadLayer_SaysWhatWasExpected(string notation, string expected)
    {
        RecipeException error = Assert.Throws<RecipeException>(() => HeadNotation.Read(notation));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Append_HeadWithoutClasses_IsRefused()
    {
        NetworkGraph backbone = NetworkCatalog.Create("small-cnn", new ImageSize(32, 32));

        RecipeException error = Assert.Throws<RecipeException>(() => HeadBuilder.Append(backbone, [new FlattenLayer(), new DenseLayer(10)], 2));

        Assert.Contains("dense: classes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Append_TwoDenseLayers_HaveNamesOfTheirOwn()
    {
        NetworkGraph backbone = NetworkCatalog.Create("small-cnn", new ImageSize(32, 32));

        NetworkGraph graph = HeadBuilder.Append(backbone, [new FlattenLayer(), new DenseLayer(16), new DenseLayer(null)], 3);

        Assert.Equal(["head.flatten", "head.dense", "head.relu", "head.dense_2"], graph.Nodes.Where(HeadBuilder.IsHead).Select(node => node.Name));
        Assert.Equal(FeatureShape.Vector(3), graph.Output.OutputShape);
    }

    [Theory]
    [InlineData(7, 2, 4)]
    [InlineData(8, 2, 4)]
    [InlineData(7, 3, 3)]
    [InlineData(8, 3, 3)]
    [InlineData(1, 4, 1)]
    public void Append_MaxPool_RoundsUpAsKerasSameDoes(int size, int window, int expected)
    {
        NetworkGraph backbone = NetworkCatalog.Create("small-cnn", new ImageSize(8 * size, 8 * size));

        NetworkGraph graph = HeadBuilder.Append(backbone, [new MaxPoolLayer(window), new FlattenLayer(), new DenseLayer(null)], 2);

        Assert.Equal(FeatureShape.Map(128, expected, expected), graph.ShapeOf("head.max_pool"));
    }
}
