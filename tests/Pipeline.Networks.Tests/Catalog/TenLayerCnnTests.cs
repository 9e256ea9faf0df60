using Pipeline.Core.Contracts;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;

namespace Pipeline.Networks.Tests.Catalog;

public sealed class TenLayerCnnTests
{
    [Fact]
    public void WithHead_At128_HasThePublishedParameterCount()
    {
        HeadLayer[] head = [new FlattenLayer(), new DenseLayer(1024), new DropoutLayer(0.5), new DenseLayer(null)];

        NetworkGraph graph = new NetworkSpec("ten-layer-cnn", null, head, new ImageSize(128, 128), 10).Build();

        Assert.Equal(10_588_458, graph.ParameterCount);
    }

    [Fact]
    public void Backbone_At128_HasThePublishedSizes()
    {
        NetworkGraph graph = NetworkCatalog.Create("ten-layer-cnn", new ImageSize(128, 128));

        Assert.Equal(
            [128, 126, 63, 63, 61, 30, 30, 28, 14, 14, 10, 2],
            graph.Nodes.Where(node => node.Operation is Conv2d or MaxPool2d).Select(node => node.OutputShape.Height)
        );
        Assert.Equal(2048, graph.Output.OutputShape.Count);
    }

    [Fact]
    public void Backbone_HasDropoutAfterEveryPool()
    {
        NetworkGraph graph = NetworkCatalog.Create("ten-layer-cnn", new ImageSize(128, 128));

        Assert.All(
            graph.Nodes.Where(node => node.Operation is MaxPool2d),
            pool => Assert.Contains(graph.Nodes, node => node.Operation is Dropout && node.Inputs[0] == pool.Name)
        );
    }
}
