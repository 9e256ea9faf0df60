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
        Assert.Equal(
            [148, 74, 72, 36, 34, 17],
            graph.Nodes.Where(node => node.Operation is Conv2d or MaxPool2d).Select(node => node.OutputShape.Height)
        );
        Assert.Equal(28_640, graph.ParameterCount);
    }

    [Fact]
    public void WithSigmoidUnit_At150_HasThePublishedParameterCount()
    {
        HeadLayer[] head = [new FlattenLayer(), new DenseLayer(64), new DropoutLayer(0.5), new SigmoidUnitLayer()];

        NetworkGraph graph = new NetworkSpec("simple-cnn", null, head, new ImageSize(150, 150), 2).Build();

        Assert.Equal(1_212_513, graph.ParameterCount);
        Assert.Equal(FeatureShape.Vector(2), graph.Output.OutputShape);
        Assert.Equal(65, graph["head.dense_2"].Parameters.Sum(parameter => parameter.Count));
    }
}
