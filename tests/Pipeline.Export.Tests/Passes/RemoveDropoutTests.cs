using Pipeline.Core.Tensors;
using Pipeline.Export.Passes;
using Pipeline.Networks.Graph;

namespace Pipeline.Export.Tests.Passes;

public sealed class RemoveDropoutTests
{
    [Fact]
    public void Apply_DropoutsInARow_AreRemovedWithTheirReadersRewired()
    {
        var builder = new GraphBuilder("test", FeatureShape.Vector(2));
        builder.Add("first", new Dropout(0.1));
        builder.Add("second", new Dropout(0.2));
        builder.Add("relu", new Activation(ActivationKind.Relu));

        NetworkModel model = RemoveDropout.Apply(
            new NetworkModel(builder.Build(), new Dictionary<string, TensorData>())
        );

        Node only = Assert.Single(model.Graph.Nodes);
        Assert.Equal([NetworkGraph.InputName], only.Inputs);
    }

    [Fact]
    public void Apply_DropoutWhoseResultIsAnOutput_LeavesTheOutputToTheLayerBefore()
    {
        var builder = new GraphBuilder("test", FeatureShape.Vector(2));
        builder.Add("relu", new Activation(ActivationKind.Relu));
        builder.Add("dropout", new Dropout(0.2));
        builder.Add("dense", new Linear(2));

        NetworkModel model = RemoveDropout.Apply(
            new NetworkModel(builder.Build(), new Dictionary<string, TensorData>(), Features: "dropout")
        );

        Assert.Equal("relu", model.Features);
    }
}
