using Pipeline.Core.Contracts;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;
using Pipeline.Networks.Summaries;

namespace Pipeline.Networks.Tests.Catalog;

/// <summary>
/// The published parameter counts of the InceptionV3 classifier that a recipe names, and Keras's names.
/// </summary>
public sealed class InceptionV3Tests
{
    private static readonly HeadLayer[] Head =
    [
        new GlobalAveragePoolLayer(),
        new DenseLayer(1024),
        new DenseLayer(null),
    ];

    [Fact]
    public void WithHead_At299_HasThePublishedParameterCount()
    {
        NetworkGraph graph = new NetworkSpec("inception-v3", null, Head, new ImageSize(299, 299), 2).Build();

        Assert.Equal(23_903_010, graph.ParameterCount);
        Assert.Equal(2_100_226, LayerTable.Create(graph, HeadBuilder.IsHead).TrainableParameters);
    }

    [Fact]
    public void WithHead_LastTwoBlocksTrained_HasThePublishedParameterCount()
    {
        NetworkGraph graph = new NetworkSpec("inception-v3", null, Head, new ImageSize(299, 299), 2).Build();

        LayerTable table = LayerTable.Create(
            graph,
            node => node.Block is "mixed9" or "mixed10" || HeadBuilder.IsHead(node)
        );

        Assert.Equal(13_215_106, table.TrainableParameters);
    }

    [Fact]
    public void Keras_Layers_AreNumberedInOrderOfCreation()
    {
        NetworkGraph graph = NetworkCatalog.Create("inception-v3", new ImageSize(299, 299));

        Assert.Equal(
            Enumerable.Range(1, 94).Select(number => $"conv2d_{number}"),
            graph.Nodes.Where(node => node.Operation is Conv2d).Select(node => node.Name)
        );
        Assert.Equal(["stem", .. Enumerable.Range(0, 11).Select(number => $"mixed{number}")], graph.Blocks);
        // [rows, columns], the first 1x7 of mixed4
        Assert.Equal(new Extent(1, 7), ((Conv2d)graph["conv2d_33"].Operation).Window.Kernel);
        Assert.Equal(FeatureShape.Map(2048, 8, 8), graph.Output.OutputShape);
        Assert.Equal(FeatureShape.Map(768, 17, 17), graph.ShapeOf("mixed7"));
    }

    [Fact]
    public void TwoForms_SameConvolutionsInTheSameOrder()
    {
        NetworkGraph keras = NetworkCatalog.Create("inception-v3", new ImageSize(299, 299));
        NetworkGraph torchvision = NetworkCatalog.Create("inception-v3-torchvision", new ImageSize(299, 299));

        Assert.Equal(
            keras.Nodes.Select(node => (node.Operation.GetType(), node.OutputShape)),
            torchvision.Nodes.Select(node => (node.Operation.GetType(), node.OutputShape))
        );
    }
}
