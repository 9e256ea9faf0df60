using Pipeline.Core.Errors;
using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Tests.Graph;

public sealed class GraphBuilderTests
{
    [Theory]
    [InlineData(32, 3, 1, 1, 32)] // 'same'
    [InlineData(32, 3, 2, 0, 15)]
    [InlineData(7, 7, 1, 0, 1)] // the window is the map
    public void Add_Convolution_HasTheShapeOfTheFormula(int side, int kernel, int stride, int padding, int expected)
    {
        var builder = new GraphBuilder("test", FeatureShape.Map(3, side, side));

        builder.Add("conv", new Conv2d(8, new Window(kernel, stride, Padding.All(padding))));

        Assert.Equal(FeatureShape.Map(8, expected, expected), builder.LastShape);
    }

    [Fact]
    public void Add_WindowLargerThanTheMap_NamesNodeAndRemedy()
    {
        var builder = new GraphBuilder("test", FeatureShape.Map(3, 4, 4));

        ShapeException error = Assert.Throws<ShapeException>(() =>
            builder.Add("pool", new MaxPool2d(new Window(5, 1, Padding.None)))
        );

        Assert.Contains("node 'pool'", error.Message, StringComparison.Ordinal);
        Assert.Contains("Use larger images", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Add_LinearOnAMap_SaysWhatToPutBefore()
    {
        var builder = new GraphBuilder("test", FeatureShape.Map(3, 4, 4));

        ShapeException error = Assert.Throws<ShapeException>(() => builder.Add("fc", new Linear(2)));

        Assert.Contains("flatten or global_average_pool", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Add_UnequalShapesToAdd_AreRefused()
    {
        var builder = new GraphBuilder("test", FeatureShape.Map(3, 4, 4));
        string left = builder.Add("left", new Conv2d(8, new Window(1, 1, Padding.None)));
        string right = builder.Add("right", new Conv2d(9, new Window(1, 1, Padding.None)));

        Assert.Throws<ShapeException>(() => builder.Add("sum", new Add(), left, right));
    }

    [Fact]
    public void Build_NameUsedTwice_IsRefused()
    {
        var builder = new GraphBuilder("test", FeatureShape.Map(3, 4, 4));
        builder.Add("relu", new Activation(ActivationKind.Relu));
        builder.Add("relu", new Activation(ActivationKind.Relu));

        Assert.Throws<ShapeException>(builder.Build);
    }

    [Theory]
    [InlineData(6, 3, 2, 0, 3)] // (6 - 3) / 2 = 1.5 rounds up to 2, plus 1
    [InlineData(5, 2, 2, 1, 3)] // a fourth window would start in the trailing padding
    public void Slide_Ceiling_CountsAsTorchDoes(int side, int kernel, int stride, int padding, int expected)
    {
        var window = new Window(kernel, stride, Padding.All(padding));

        FeatureShape output = window.Slide(FeatureShape.Map(1, side, side), 1, ceiling: true);

        Assert.Equal(expected, output.Width);
    }

    [Fact]
    public void CutAt_NodeInTheMiddle_KeepsWhatItNeedsOnly()
    {
        var builder = new GraphBuilder("test", FeatureShape.Map(3, 4, 4));
        string first = builder.Add("first", new Activation(ActivationKind.Relu));
        builder.Add("aside", new Activation(ActivationKind.Relu6), first);
        builder.Add("last", new Activation(ActivationKind.Relu), first);
        NetworkGraph graph = builder.Build();

        NetworkGraph cut = graph.CutAt("last");

        Assert.Equal(["first", "last"], cut.Nodes.Select(node => node.Name));
    }

    [Fact]
    public void CutAt_MisspeltNode_NamesTheNearest()
    {
        var builder = new GraphBuilder("test", FeatureShape.Map(3, 4, 4));
        builder.Add("block_13_expand_relu", new Activation(ActivationKind.Relu));
        NetworkGraph graph = builder.Build();

        ShapeException error = Assert.Throws<ShapeException>(() => graph.CutAt("block_13_relu"));

        Assert.Contains("Did you mean 'block_13_expand_relu'?", error.Message, StringComparison.Ordinal);
    }
}
