using Pipeline.Core.Tensors;
using Pipeline.Export.Passes;
using Pipeline.Networks.Graph;

namespace Pipeline.Export.Tests.Passes;

public sealed class RemoveDeadNodesTests
{
    [Theory]
    [InlineData(null, "trunk, pool, dense")]
    [InlineData("auxiliary", "trunk, auxiliary, pool, dense")]
    public void Apply_SideBranch_StaysOnlyWhenAnOutputNeedsIt(string? features, string expected)
    {
        var builder = new GraphBuilder("test", FeatureShape.Map(3, 4, 4));
        string trunk = builder.Add("trunk", new Activation(ActivationKind.Relu));
        builder.Add("auxiliary", new Activation(ActivationKind.Relu6), trunk);
        builder.Add("auxiliary_pool", new GlobalAveragePool());
        builder.Add("pool", new GlobalAveragePool(), trunk);
        builder.Add("dense", new Linear(2));

        NetworkModel model = RemoveDeadNodes.Apply(
            new NetworkModel(builder.Build(), new Dictionary<string, TensorData>(), Features: features)
        );

        Assert.Equal(expected, string.Join(", ", model.Graph.Nodes.Select(node => node.Name)));
    }
}
