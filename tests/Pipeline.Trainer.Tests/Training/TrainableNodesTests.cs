using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;
using Pipeline.Networks.Summaries;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Recipes.Reading;

namespace Pipeline.Trainer.Tests.Training;

public sealed class TrainableNodesTests
{
    private static readonly NetworkGraph ResNet = Build("resnet-18", 64, 10, "global_average_pool; dense: classes");

    /// <summary>Every trainable count that the reference systems publish, from what their recipes say.</summary>
    [Theory]
    [InlineData(
        "vgg-16",
        64,
        10,
        "flatten; dense: 1000; dense: 800; dense: 400; dense: 200; dense: 100; dense: classes",
        "all",
        17_986_198,
        17_986_198
    )]
    [InlineData(
        "vgg-16",
        64,
        10,
        "flatten; dense: 1000; dense: 800; dense: 400; dense: 200; dense: 100; dense: classes",
        "head",
        17_986_198,
        3_271_510
    )]
    [InlineData(
        "ten-layer-cnn",
        128,
        10,
        "flatten; dense: 1024; dropout: 0.25; dense: classes",
        "all",
        10_588_458,
        10_588_458
    )]
    [InlineData(
        "vgg-16",
        224,
        10,
        "flatten; dense: 4096; dense: 1072; dropout: 0.2; dense: classes",
        "head",
        121_881_946,
        107_167_258
    )]
    [InlineData(
        "vgg-16",
        224,
        10,
        "flatten; dense: 4096; dense: 1072; dropout: 0.2; dense: classes",
        "last: 2",
        121_881_946,
        109_527_066
    )]
    [InlineData(
        "inception-v3",
        299,
        2,
        "global_average_pool; dense: 1024; dense: classes",
        "head",
        23_903_010,
        2_100_226
    )]
    [InlineData(
        "inception-v3",
        299,
        2,
        "global_average_pool; dense: 1024; dense: classes",
        "from: mixed9",
        23_903_010,
        13_215_106
    )]
    [InlineData(
        "vgg-16",
        224,
        3,
        "conv: 32; max_pool: 2; dropout: 0.25; conv: 64; max_pool: 2; flatten; dense: 128; dense: classes",
        "head",
        14_913_955,
        199_267
    )]
    [InlineData("simple-cnn", 150, 2, "flatten; dense: 64; dropout: 0.5; sigmoid_unit", "all", 1_212_513, 1_212_513)]
    [InlineData(
        "vgg-16",
        299,
        2,
        "flatten; dense: 256; dropout: 0.5; sigmoid_unit",
        "layers: [block5]",
        25_332_033,
        7_079_424
    )] // total: 14,714,688 + 41,472 x 256 + 256 + 257
    [InlineData(
        "vgg-16",
        299,
        2,
        "flatten; dense: 256; dropout: 0.5; sigmoid_unit",
        "from: block5",
        25_332_033,
        17_696_769
    )] // block 5 and the head's 10,617,345
    public void Of_RecipeOfAReferenceSystem_HasThePublishedParameterCounts(
        string backbone,
        int size,
        int classes,
        string head,
        string train,
        long total,
        long trainable
    )
    {
        NetworkGraph graph = Build(backbone, size, classes, head);
        IReadOnlySet<string> nodes = TrainableNodes.Find(graph, TrainableReader.Parse(train, "test"));

        LayerTable table = LayerTable.Create(graph, node => nodes.Contains(node.Name));

        Assert.Equal(total, table.Parameters);
        Assert.Equal(trainable, table.TrainableParameters);
    }

    [Theory]
    [InlineData("none", "")]
    [InlineData("head", "head.dense")]
    [InlineData("last: 1", "head.dense")] // the last relu
    [InlineData("last: 3", "layer4.1.bn2 head.dense")] // relu, add, batch-norm
    [InlineData("from: layer4.1.conv2", "layer4.1.conv2 layer4.1.bn2 head.dense")]
    [InlineData("from: layer4.1", "layer4.1.conv1 layer4.1.bn1 layer4.1.conv2 layer4.1.bn2 head.dense")]
    [InlineData(
        "layers: [layer1.0, \"*.downsample.?\"]",
        "layer1.0.conv1 layer1.0.bn1 layer1.0.conv2 layer1.0.bn2 layer2.0.downsample.0 layer2.0.downsample.1 "
            + "layer3.0.downsample.0 layer3.0.downsample.1 layer4.0.downsample.0 layer4.0.downsample.1"
    )]
    [InlineData("layers: [head]", "head.dense")]
    public void Of_Set_TrainsTheseNodes(string train, string expected)
    {
        IReadOnlySet<string> nodes = TrainableNodes.Find(ResNet, TrainableReader.Parse(train, "test"));

        Assert.Equal(
            expected,
            string.Join(
                ' ',
                ResNet
                    .Nodes.Where(node => nodes.Contains(node.Name) && node.Parameters.Count > 0)
                    .Select(node => node.Name)
            )
        );
    }

    /// <summary>Keras 2.2's MobileNetV2 without top has 155 layers, the input among them; five of them pad.</summary>
    [Fact]
    public void Of_LastOfMobileNetV2_CountsKerasLayers()
    {
        NetworkGraph graph = Build("mobilenet-v2", 96, 2, "global_average_pool; dense: classes");

        IReadOnlySet<string> nodes = TrainableNodes.Find(graph, new TrainableSet(TrainableKind.Last, Count: 154));

        Assert.Equal(graph.Nodes.Length, nodes.Count);
        Assert.Throws<RecipeException>(() =>
            TrainableNodes.Find(graph, new TrainableSet(TrainableKind.Last, Count: 155))
        );
    }

    [Theory]
    [InlineData(
        "from: layer5",
        "'from' names 'layer5', which is no block or layer with parameters of network 'resnet-18' before its cut. "
            + "Did you mean 'layer1'?"
    )]
    [InlineData("layers: [layer1, \"blok*\"]", "'layers' names 'blok*'")]
    [InlineData("layers: [maxpool]", "'layers' names 'maxpool', which is no block or layer with parameters")]
    [InlineData("last: 69", "'last: 69' asks for 69 layers, the backbone 'resnet-18' has 66.")]
    public void Of_UnfitSet_NamesTheNearest(string train, string expected)
    {
        RecipeException error = Assert.Throws<RecipeException>(() =>
            TrainableNodes.Find(ResNet, TrainableReader.Parse(train, "test"))
        );

        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Factors_DecayAndNames_CountBackwardsFromTheHead()
    {
        var rates = new BlockRates(0.5) { Factors = [new("layer4.1", 0.1), new("*.bn2", 3)] };

        IReadOnlyDictionary<string, double> factors = LearningRateFactors.Compute(ResNet, rates);

        Assert.Equal(1, factors["head.dense"]);
        Assert.Equal(0.5, factors["layer4.0.conv1"]);
        Assert.Equal(0.05, factors["layer4.1.bn2"], 1e-12); // the first name that fits counts
        Assert.Equal(1.5, factors["layer4.0.bn2"]);
        Assert.Equal(0.25, factors["layer3.0.conv1"]);
        Assert.Equal(0.03125, factors["conv1"]); // stem: fifth before the head
    }

    private static NetworkGraph Build(string backbone, int size, int classes, string head) =>
        new NetworkSpec(
            backbone,
            null,
            [.. head.Split("; ").Select(HeadNotation.Read)],
            new ImageSize(size, size),
            classes
        ).Build();
}
