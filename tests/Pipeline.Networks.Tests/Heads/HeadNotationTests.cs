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
    [InlineData("dense: 64, activation: tanh")]
    [InlineData("conv: 64, kernel: 1x7, stride: 2, padding: valid, groups: 4, bias: false, activation: none")]
    [InlineData("max_pool: 3, stride: 2, padding: valid")]
    [InlineData("batch_norm")]
    [InlineData("activation: hardswish")]
    [InlineData("sigmoid_unit")]
    [InlineData("pretrained")]
    [InlineData("pretrained: 281-285 | 151-268+275")]
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
    [InlineData("sigmoid_unit: 1", "takes no value")]
    [InlineData("flatten, size: 3", "takes no options")]
    [InlineData("conv: 8, kernle: 3", "Did you mean 'kernel'?")]
    [InlineData("conv: 8, padding: full", "expected same or valid")]
    [InlineData("conv: 8, kernel: 3x3x3", "expected a side such as 3")]
    [InlineData("activation: rellu", "Did you mean 'relu'?")]
    [InlineData("pretrained: 9-5", "names no group of classes")]
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

        RecipeException error = Assert.Throws<RecipeException>(() =>
            HeadBuilder.Append(backbone, [new FlattenLayer(), new DenseLayer(10)], 2)
        );

        Assert.Contains("dense: classes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Append_TwoDenseLayers_HaveNamesOfTheirOwn()
    {
        NetworkGraph backbone = NetworkCatalog.Create("small-cnn", new ImageSize(32, 32));

        NetworkGraph graph = HeadBuilder.Append(
            backbone,
            [new FlattenLayer(), new DenseLayer(16), new DenseLayer(null)],
            3
        );

        Assert.Equal(
            ["head.flatten", "head.dense", "head.relu", "head.dense_2"],
            graph.Nodes.Where(HeadBuilder.IsHead).Select(node => node.Name)
        );
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

        NetworkGraph graph = HeadBuilder.Append(
            backbone,
            [new MaxPoolLayer(window), new FlattenLayer(), new DenseLayer(null)],
            2
        );

        Assert.Equal(FeatureShape.Map(128, expected, expected), graph.ShapeOf("head.max_pool"));
    }

    [Fact]
    public void Append_SigmoidUnitForThreeClasses_IsRefused()
    {
        NetworkGraph backbone = NetworkCatalog.Create("small-cnn", new ImageSize(32, 32));

        RecipeException error = Assert.Throws<RecipeException>(() =>
            HeadBuilder.Append(backbone, [new FlattenLayer(), new SigmoidUnitLayer()], 3)
        );

        Assert.Equal("'sigmoid_unit' tells 2 classes apart, found 3. End the head in 'dense: classes'.", error.Message);
    }

    [Fact]
    public void Build_PretrainedHeadWithGroups_AddsOneOperationToTheWholeNetwork()
    {
        var spec = new NetworkSpec(
            "resnet-18",
            null,
            [HeadNotation.Read("pretrained: 281-285 | 151-268")],
            new ImageSize(64, 64),
            2
        );

        NetworkGraph graph = spec.Build();

        Assert.Equal(
            ["avgpool", "fc", "head.group_classes"],
            graph.Nodes.Where(HeadBuilder.IsHead).Select(node => node.Name)
        );
        Assert.Equal([5, 118], ((GroupClasses)graph.Output.Operation).Groups.Select(group => group.Count));
        Assert.Equal(11_689_512 + 9_600, graph.ParameterCount); // with running statistics
        Assert.Equal("fc", spec.BuildBackbone().Output.Name);
    }

    [Theory]
    [InlineData("pretrained", 2, "has 1000 classes. Give one group for each class of the data")]
    [InlineData("pretrained: 1 | 2 | 3", 2, "'classes.group' has 3 groups")]
    public void Build_PretrainedHeadOfAnotherSize_IsRefused(string head, int classes, string expected)
    {
        var spec = new NetworkSpec("resnet-18", null, [HeadNotation.Read(head)], new ImageSize(64, 64), classes);

        RecipeException error = Assert.Throws<RecipeException>(spec.Build);

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pretrained: 1-5 | 1000", "class 1000 is outside 0 to 999")]
    [InlineData("pretrained: 1-5 | 5", "class 5 is in two groups")]
    public void Build_GroupsThatDoNotFit_AreRefused(string head, string expected)
    {
        var spec = new NetworkSpec("resnet-18", null, [HeadNotation.Read(head)], new ImageSize(64, 64), 2);

        ShapeException error = Assert.Throws<ShapeException>(spec.Build);

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_PretrainedHeadOnACut_IsRefused()
    {
        var spec = new NetworkSpec("resnet-18", "layer3", [new PretrainedLayer(null)], new ImageSize(64, 64), 1000);

        RecipeException error = Assert.Throws<RecipeException>(spec.Build);

        Assert.StartsWith(
            "'head: pretrained' keeps a whole network of the catalog. Remove 'cut'",
            error.Message,
            StringComparison.Ordinal
        );
    }
}
