using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;

namespace Pipeline.Networks.Tests.Catalog;

public sealed class LayerListNetworkTests
{
    [Fact]
    public void Create_Layers_HasNamesBlocksAndShapesOfTheList()
    {
        NetworkGraph graph = Create(
            33,
            "conv: 16, kernel: 5, stride: 2, bias: false, activation: none",
            "batch_norm",
            "activation: silu",
            "max_pool: 2",
            "conv: 8, padding: valid",
            "dropout: 0.2"
        );

        Assert.Equal(
            ["conv", "batch_norm", "silu", "max_pool", "conv_2", "relu", "dropout"],
            graph.Nodes.Select(node => node.Name)
        );
        Assert.Equal(["conv", "batch_norm", "silu", "max_pool", "conv_2", "dropout"], graph.Blocks);
        Assert.Equal([17, 17, 17, 9, 7, 7, 7], graph.Nodes.Select(node => node.OutputShape.Height));
        Assert.Equal((16 * 3 * 25) + (4 * 16) + (8 * 16 * 9) + 8, graph.ParameterCount);
    }

    /// <summary>
    /// Written as layers, the networks of the catalog that are made for training from scratch are the same.
    /// </summary>
    [Theory]
    [InlineData(
        "simple-cnn",
        150,
        "conv: 32, padding: valid; max_pool: 2, padding: valid; conv: 32, padding: valid; max_pool: 2, padding: "
            + "valid; conv: 64, padding: valid; max_pool: 2, padding: valid"
    )]
    [InlineData(
        "ten-layer-cnn",
        128,
        "conv: 32; conv: 32, padding: valid; max_pool: 2, padding: valid; dropout: 0.25; conv: 64; conv: 64, "
            + "padding: valid; max_pool: 2, padding: valid; dropout: 0.25; conv: 128; conv: 128, padding: valid; "
            + "max_pool: 2, padding: valid; dropout: 0.25; conv: 512, kernel: 5; conv: 512, kernel: 5, padding: "
            + "valid; max_pool: 4, padding: valid; dropout: 0.25"
    )]
    public void Create_AsTheCatalogsNetwork_HasItsOperationsAndShapes(string name, int side, string layers)
    {
        NetworkGraph expected = NetworkCatalog.Create(name, new ImageSize(side, side));

        NetworkGraph actual = Create(side, layers.Split("; "));

        Assert.Equal(
            expected.Nodes.Select(node => (node.Operation, node.OutputShape)),
            actual.Nodes.Select(node => (node.Operation, node.OutputShape))
        );
    }

    [Theory]
    [InlineData("dense: classes")]
    [InlineData("sigmoid_unit")]
    [InlineData("pretrained")]
    [InlineData("standardize")]
    public void Create_LayerOfAHead_IsRefused(string layer)
    {
        RecipeException error = Assert.Throws<RecipeException>(() => Create(32, "conv: 8", layer));

        Assert.Contains($"Layer '{layer}' belongs into 'head:'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Spec_WithLayersAndOptions_IsReadBackFromItsJson()
    {
        var spec = new NetworkSpec(
            LayerListNetwork.Name,
            null,
            [HeadNotation.Read("flatten"), HeadNotation.Read("sigmoid_unit")],
            new ImageSize(20, 16),
            2
        )
        {
            Layers = [HeadNotation.Read("conv: 8, kernel: 1x3"), HeadNotation.Read("max_pool: 2")],
        };

        NetworkSpec read = NetworkSpec.FromJson(spec.ToJson(), "test");

        Assert.Equal(spec.ToJson(), read.ToJson());
        Assert.Equal(
            spec.Build().Nodes.Select(node => (node.Name, node.OutputShape)),
            read.Build().Nodes.Select(node => (node.Name, node.OutputShape))
        );
    }

    private static NetworkGraph Create(int side, params IEnumerable<string> layers) =>
        LayerListNetwork.Create([.. layers.Select(HeadNotation.Read)], new ImageSize(side, side));
}
