using Pipeline.Core.Tensors;
using Pipeline.Export.Passes;
using Pipeline.Networks.Graph;

namespace Pipeline.Export.Tests.Passes;

public sealed class RemoveIdentitiesTests
{
    [Fact]
    public void Apply_LayersThatGiveBackWhatTheyGet_AreRemoved()
    {
        var builder = new GraphBuilder("test", FeatureShape.Map(3, 4, 4));
        builder.Add("max", new MaxPool2d(new Window(1, 1, Padding.None)));
        builder.Add("average", new AvgPool2d(new Window(1, 1, Padding.None), CountPadding: true));
        builder.Add("relu", new Activation(ActivationKind.Relu));
        builder.Add("again", new Activation(ActivationKind.Relu));
        builder.Add("concat", new Concat(), "again");
        builder.Add("pool", new GlobalAveragePool());
        builder.Add("flatten", new Flatten());
        builder.Add("dense", new Linear(2));

        NetworkModel model = RemoveIdentities.Apply(
            new NetworkModel(builder.Build(), new Dictionary<string, TensorData>())
        );

        Assert.Equal(["relu", "pool", "dense"], model.Graph.Nodes.Select(node => node.Name));
        Assert.Equal(
            [
                ["input"],
                ["relu"],
                ["pool"],
            ],
            model.Graph.Nodes.Select(node => node.Inputs.ToArray())
        );
    }

    [Fact]
    public void Apply_LayersThatLookAlikeButDoSomething_Stay()
    {
        var builder = new GraphBuilder("test", FeatureShape.Map(3, 4, 4));
        builder.Add("relu_of_the_input", new Activation(ActivationKind.Relu));
        builder.Add("cap", new Activation(ActivationKind.Relu6));
        builder.Add("every_other_pixel", new MaxPool2d(new Window(1, 2, Padding.None)));
        builder.Add("border", new AvgPool2d(new Window(1, 1, Padding.All(1)), CountPadding: true));
        builder.Add("twice", new Concat(), "border", "border");
        builder.Add("flatten", new Flatten());
        NetworkGraph graph = builder.Build();

        NetworkModel model = RemoveIdentities.Apply(new NetworkModel(graph, new Dictionary<string, TensorData>()));

        Assert.Equal(graph.Nodes.Select(node => node.Name), model.Graph.Nodes.Select(node => node.Name));
    }
}
