using Pipeline.Core.Contracts;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;
using Pipeline.Networks.Summaries;

namespace Pipeline.Networks.Tests.Catalog;

/// <summary>
/// The published parameter counts of the VGG-16 classifiers that the recipes name, written as a recipe writes their
/// heads.
/// </summary>
public sealed class VggTests
{
    [Fact]
    public void Vgg16_WithoutTop_HasKerasParameterCountAndTorchvisionsNames()
    {
        NetworkGraph graph = NetworkCatalog.Create("vgg-16", new ImageSize(224, 224));

        Assert.Equal(14_714_688, graph.ParameterCount);
        Assert.Equal(FeatureShape.Map(512, 7, 7), graph.Output.OutputShape);
        Assert.Equal(["block1", "block2", "block3", "block4", "block5"], graph.Blocks);
        Assert.Equal(
            [0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28],
            graph
                .Nodes.Where(node => node.Operation is Conv2d)
                .Select(node => int.Parse(node.Name["features.".Length..], null))
        );
        Assert.Equal("features.30", graph.Output.Name);
        Assert.Equal(
            ["features.0.weight", "features.0.bias"],
            graph.Nodes[0].Parameters.Select(parameter => parameter.Key)
        );
    }

    [Fact]
    public void Vgg16_Block5_HasThePublishedParameterCount()
    {
        NetworkGraph graph = NetworkCatalog.Create("vgg-16", new ImageSize(299, 299));

        long block = LayerTable.Create(graph, node => node.Block == "block5").TrainableParameters;

        Assert.Equal(7_079_424, block);
    }

    [Fact]
    public void FashionMnistHead_At64_HasThePublishedParameterCounts()
    {
        NetworkGraph graph = Build(
            64,
            10,
            "flatten",
            "dense: 1000",
            "dense: 800",
            "dense: 400",
            "dense: 200",
            "dense: 100",
            "dense: classes"
        );

        Assert.Equal(17_986_198, graph.ParameterCount);
        Assert.Equal(3_271_510, LayerTable.Create(graph, HeadBuilder.IsHead).TrainableParameters);
    }

    [Fact]
    public void Food10Head_At224_HasThePublishedParameterCounts()
    {
        NetworkGraph graph = Build(224, 10, "flatten", "dense: 4096", "dense: 1072", "dropout: 0.2", "dense: classes");

        Assert.Equal(121_881_946, graph.ParameterCount);
        Assert.Equal(107_167_258, LayerTable.Create(graph, HeadBuilder.IsHead).TrainableParameters);
    }

    [Fact]
    public void TrafficLightsHead_At224_HasThePublishedParameterCountsAndKerasShapes()
    {
        NetworkGraph graph = Build(
            224,
            3,
            "conv: 32",
            "max_pool: 2",
            "dropout: 0.25",
            "conv: 64",
            "max_pool: 2",
            "flatten",
            "dense: 128",
            "dense: classes"
        );

        Assert.Equal(14_913_955, graph.ParameterCount);
        Assert.Equal(199_267, LayerTable.Create(graph, HeadBuilder.IsHead).TrainableParameters);
        Assert.Equal(FeatureShape.Map(32, 4, 4), graph.ShapeOf("head.max_pool")); // 'same': 7 becomes 4, not 3
        Assert.Equal(FeatureShape.Map(64, 2, 2), graph.ShapeOf("head.max_pool_2"));
    }

    private static NetworkGraph Build(int size, int classes, params IEnumerable<string> head) =>
        new NetworkSpec(
            "vgg-16",
            null,
            [.. head.Select(HeadNotation.Read)],
            new ImageSize(size, size),
            classes
        ).Build();
}
