using Pipeline.Core.Contracts;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;

namespace Pipeline.Networks.Tests.Catalog;

public sealed class SimpleCnnTests
{
    [Fact]
    public void Backbone_At150_EndsInSeventeenBySeventeen()
    {
        NetworkGraph graph = NetworkCatalog.Create("simple-cnn", new ImageSize(150, 150));

        Assert.Equal(FeatureShape.Map(64, 17, 17), graph.Output.OutputShape);
        Assert.Equal([148, 74, 72, 36, 34, 17], graph.Nodes.Where(node => node.Operation is Conv2d or MaxPool2d).Select(node => node.OutputShape.Height));
        Assert.Equal(28_640, graph.ParameterCount);
    }

    [Fact]
    public void WithHead_At150_HasThePublishedCountButForTheSecondOutput()
    {
        HeadLayer[] head = [new FlattenLayer(), new DenseLayer(64), new DropoutLayer(0.5), new DenseLayer(null)];

        NetworkGraph graph = new NetworkSpec("simple-cnn", null, head, new ImageSize(150, 150), 2).Build();

        // Published with one sigmoid unit: 1,212,513. Two classes here are two scores: 64 weights and a bias more.
        Assert.Equal(1_212_513 + 65, graph.ParameterCount);
        Assert.Equal(130, graph.Output.Parameters.Sum(parameter => parameter.Count));
    }
}
