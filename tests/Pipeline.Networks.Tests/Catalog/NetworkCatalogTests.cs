using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;
using Pipeline.Networks.Summaries;

namespace Pipeline.Networks.Tests.Catalog;

public sealed class NetworkCatalogTests
{
    [Fact]
    public void MobileNetV2_Whole_HasKerasParameterCount()
    {
        NetworkGraph graph = NetworkCatalog.Create("mobilenet-v2", new ImageSize(224, 224));

        // keras.applications.MobileNetV2(include_top=False): 2,257,984 parameters, 2,223,872 trainable
        LayerTable table = LayerTable.Create(graph);
        Assert.Equal(2_257_984, table.Parameters);
        Assert.Equal(2_223_872, table.TrainableParameters);
        Assert.Equal(FeatureShape.Map(1280, 7, 7), graph.Output.OutputShape);
    }

    [Fact]
    public void MobileNetV2_MultiplyAdds_AreThePapers()
    {
        NetworkGraph graph = NetworkCatalog.Create("mobilenet-v2", new ImageSize(224, 224));

        // Sandler et al. 2018, table 4: 300 million multiply-adds at 224, which includes the classifier's 1.3 million;
        // batch-norm is counted here and not there
        long convolutions = graph.Nodes.Where(node => node.Operation is Conv2d).Sum(node => node.MultiplyAdds);
        Assert.InRange(convolutions, 295_000_000, 302_000_000);
    }

    [Fact]
    public void MobileNetV2_At96_CutHasSixBySixMaps()
    {
        NetworkGraph graph = NetworkCatalog.Create("mobilenet-v2", new ImageSize(96, 96)).CutAt("block_13_expand_relu");

        Assert.Equal(FeatureShape.Map(576, 6, 6), graph.Output.OutputShape);
    }

    [Fact]
    public void SmallCnn_At32_EndsInFourByFour()
    {
        NetworkGraph graph = NetworkCatalog.Create("small-cnn", new ImageSize(32, 32));

        Assert.Equal(FeatureShape.Map(128, 4, 4), graph.Output.OutputShape);
    }

    /// <summary>torchvision's and Keras's own counts of trainable values, classifier included.</summary>
    [Theory]
    [InlineData("convnext-tiny", 28_589_128)]
    [InlineData("densenet-121", 7_978_856)]
    [InlineData("efficientnet-b0", 5_288_548)]
    [InlineData("inception-v3", 23_817_352)]
    [InlineData("inception-v3-torchvision", 23_834_568)] // without AuxLogits, which are 3,326,696 more
    [InlineData("mobilenet-v2", 3_504_872)]
    [InlineData("mobilenet-v2-torchvision", 3_504_872)]
    [InlineData("mobilenet-v3-large", 5_483_032)]
    [InlineData("mobilenet-v3-small", 2_542_856)]
    [InlineData("resnet-18", 11_689_512)]
    [InlineData("resnet-34", 21_797_672)]
    [InlineData("resnet-50", 25_557_032)]
    [InlineData("resnet-101", 44_549_160)]
    [InlineData("resnet-152", 60_192_808)]
    [InlineData("vgg-11", 132_863_336)]
    [InlineData("vgg-11-bn", 132_868_840)]
    [InlineData("vgg-13", 133_047_848)]
    [InlineData("vgg-13-bn", 133_053_736)]
    [InlineData("vgg-16", 138_357_544)]
    [InlineData("vgg-16-bn", 138_365_992)]
    [InlineData("vgg-19", 143_667_240)]
    [InlineData("vgg-19-bn", 143_678_248)]
    public void CreateWithClassifier_EveryNetwork_HasThePublishedParameterCount(string name, long expected)
    {
        NetworkGraph graph = NetworkCatalog.CreateWithClassifier(name, new ImageSize(224, 224));

        Assert.Equal(expected, LayerTable.Create(graph).TrainableParameters);
        Assert.Equal(FeatureShape.Vector(1000), graph.Output.OutputShape);
        Assert.Equal(HeadBuilder.BlockName, graph.Output.Block);
    }

    [Theory]
    [InlineData(224, 7)]
    [InlineData(128, 4)]
    [InlineData(107, 4)] // 53, 26, 13, 7, 4: blocks meet their shortcuts over odd sides as well
    [InlineData(97, 3)]
    [InlineData(32, 1)]
    public void ResNet18Cntk_AnySize_HasTheMapAndTheParametersOfTheFile(int side, int mapSide)
    {
        NetworkGraph graph = NetworkCatalog.Create("resnet-18-cntk", new ImageSize(side, side));

        Assert.Equal(FeatureShape.Map(512, mapSide, mapSide), graph.Output.OutputShape);
        Assert.Equal(110, graph.Parameters.Count()); // ResNet18.onnx has 110 initializers
        Assert.Equal(["stem", "layer1", "layer2", "layer3", "layer4"], graph.Blocks);
    }

    [Fact]
    public void CreateWithClassifier_FromScratchNetwork_IsRefused()
    {
        RecipeException error = Assert.Throws<RecipeException>(() =>
            NetworkCatalog.CreateWithClassifier("small-cnn", new ImageSize(32, 32))
        );

        Assert.StartsWith(
            "Network 'small-cnn' has no classifier of its own. Give it a head, or use one of: convnext-tiny, ",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("vgg-16", 31, "32x32")]
    [InlineData("inception-v3", 74, "75x75")]
    [InlineData("densenet-121", 28, "29x29")]
    [InlineData("convnext-tiny", 16, "32x32")]
    [InlineData("simple-cnn", 21, "22x22")]
    public void Create_ImagesTooSmall_SaysTheSmallestSize(string name, int side, string smallest)
    {
        ShapeException error = Assert.Throws<ShapeException>(() =>
            NetworkCatalog.Create(name, new ImageSize(side, side))
        );

        Assert.Equal(
            $"Network '{name}' does not take images of {side}x{side}: they are too small, "
                + $"its smallest square is {smallest}. Raise preprocessing.size.",
            error.Message
        );
    }

    [Fact]
    public void Create_EveryNetwork_IsItsOwnClassifiersBackbone()
    {
        var size = new ImageSize(96, 96);

        string[] withoutClassifier = ["resnet-18-cntk", "simple-cnn", "small-cnn", "ten-layer-cnn"];

        Assert.All(
            NetworkCatalog.Names.Except(withoutClassifier),
            name =>
            {
                NetworkGraph backbone = NetworkCatalog.Create(name, size);
                NetworkGraph whole = NetworkCatalog.CreateWithClassifier(name, size);
                Assert.Equal(
                    backbone.Nodes.Select(node => node.Name),
                    whole.Nodes.Where(node => !HeadBuilder.IsHead(node)).Select(node => node.Name)
                );
                Assert.True(backbone.Output.OutputShape.IsMap);
            }
        );
    }

    [Theory]
    [InlineData("resnet-50", "layer3", "layer3.5.relu", "[1024, 6, 6]")]
    [InlineData("resnet-50", "layer4.1", "layer4.1.relu", "[2048, 3, 3]")]
    [InlineData("resnet-18-cntk", "layer4", "layer4.2.relu", "[512, 3, 3]")]
    [InlineData("mobilenet-v2", "block_13", "block_13_project_BN", "[160, 3, 3]")]
    [InlineData("convnext-tiny", "features.5.8", "features.5.8", "[384, 6, 6]")]
    [InlineData("inception-v3-torchvision", "Mixed_6e", "Mixed_6e.concat", "[768, 4, 4]")]
    public void CutAt_BlockOrModule_EndsWithItsLastNode(string name, string cut, string node, string shape)
    {
        NetworkGraph graph = NetworkCatalog.Create(name, new ImageSize(96, 96)).CutAt(cut);

        Assert.Equal(node, graph.Output.Name);
        Assert.Equal(shape, graph.Output.OutputShape.ToString());
    }

    [Fact]
    public void CutAt_UnknownNode_NamesTheNearest()
    {
        NetworkGraph graph = NetworkCatalog.Create("resnet-18", new ImageSize(64, 64));

        ShapeException error = Assert.Throws<ShapeException>(() => graph.CutAt("layer5"));

        Assert.Equal(
            "Network 'resnet-18' has no node 'layer5'. Did you mean 'layer1'? Near: layer1, layer2, layer3. "
                + "List all with 'pipeline-train summary resnet-18'.",
            error.Message
        );
    }

    [Fact]
    public void Create_MisspeltName_NamesTheNearest()
    {
        RecipeException error = Assert.Throws<RecipeException>(() =>
            NetworkCatalog.Create("mobilnet-v2", new ImageSize(96, 96))
        );

        Assert.Contains("Did you mean 'mobilenet-v2'?", error.Message, StringComparison.Ordinal);
    }
}
