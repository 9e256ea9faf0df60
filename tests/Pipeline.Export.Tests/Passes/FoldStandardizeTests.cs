using Pipeline.Core.Tensors;
using Pipeline.Export.Passes;
using Pipeline.Networks.Graph;
using Pipeline.Testing;

namespace Pipeline.Export.Tests.Passes;

public sealed class FoldStandardizeTests
{
    [Fact]
    public void Apply_DenseBehind_TakesMeanAndDeviationIn()
    {
        var builder = new GraphBuilder("test", FeatureShape.Map(2, 1, 1));
        builder.Add("flatten", new Flatten());
        builder.Add("standardize", new Standardize());
        builder.Add("dropout", new Dropout(0.5));
        builder.Add("dense", new Linear(1, HasBias: false));
        TensorData[] weights =
        [
            TensorData.FromFloat32("standardize.mean", [2], [3, 5]),
            TensorData.FromFloat32("standardize.std", [2], [2, 4]),
            TensorData.FromFloat32("dense.weight", [1, 2], [6, 8]),
        ];

        NetworkModel folded = FoldStandardize.Apply(
            RemoveDropout.Apply(new NetworkModel(builder.Build(), weights.ToDictionary(tensor => tensor.Name)))
        );

        // 6 (x - 3) / 2 + 8 (y - 5) / 4 = 3 x + 2 y - 19
        Assert.Equal(["flatten", "dense"], folded.Graph.Nodes.Select(node => node.Name));
        FloatAssert.Near([3, 2], folded.Weights["dense.weight"].AsFloat32(), 0);
        FloatAssert.Near([-19], folded.Weights["dense.bias"].AsFloat32(), 0);
    }
}
