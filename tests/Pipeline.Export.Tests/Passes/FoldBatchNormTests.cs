using Pipeline.Core.Tensors;
using Pipeline.Export.Passes;
using Pipeline.Networks.Graph;
using Pipeline.Testing;

namespace Pipeline.Export.Tests.Passes;

public sealed class FoldBatchNormTests
{
    [Fact]
    public void Apply_ConvolutionBeforeNorm_BecomesOneConvolution()
    {
        NetworkModel model = Model(readTwice: false);

        NetworkModel folded = FoldBatchNorm.Apply(model);

        // scale / sqrt(var + eps) = 2 / sqrt(3 + 1) = 1 and 4 / sqrt(15 + 1) = 1
        Assert.Equal(["conv", "out"], folded.Graph.Nodes.Select(node => node.Name));
        FloatAssert.Near([1, 2, 3, 4, 5, 6], folded.Weights["conv.weight"].AsFloat32(), 0);
        FloatAssert.Near([(0.5f - 10) + 7, (0.25f - 20) + 8], folded.Weights["conv.bias"].AsFloat32(), 0);
    }

    [Fact]
    public void Apply_ConvolutionReadByTwo_StaysAsItIs()
    {
        NetworkModel model = Model(readTwice: true);

        NetworkModel folded = FoldBatchNorm.Apply(model);

        Assert.Equal(model.Graph.Nodes.Select(node => node.Name), folded.Graph.Nodes.Select(node => node.Name));
        Assert.Same(model.Weights["conv.weight"], folded.Weights["conv.weight"]);
    }

    [Fact]
    public void Apply_ConvolutionWhoseResultIsAnOutput_StaysAsItIs()
    {
        NetworkModel model = Model(readTwice: false) with { Features = "conv" };

        Assert.Equal(["conv", "bn", "out"], FoldBatchNorm.Apply(model).Graph.Nodes.Select(node => node.Name));
    }

    [Fact]
    public void Apply_NormWhoseResultIsAnOutput_GivesTheOutputToTheConvolution()
    {
        NetworkModel folded = FoldBatchNorm.Apply(Model(readTwice: false) with { Features = "bn" });

        Assert.Equal(
            ("conv", "conv, out"),
            (folded.Features, string.Join(", ", folded.Graph.Nodes.Select(node => node.Name)))
        );
    }

    private static NetworkModel Model(bool readTwice)
    {
        var builder = new GraphBuilder("test", FeatureShape.Map(3, 4, 4));
        string convolution = builder.Add("conv", new Conv2d(2, new Window(1, 1, Padding.None)));
        string norm = builder.Add("bn", new BatchNorm2d(Epsilon: 1));
        builder.Add("out", new Add(), norm, readTwice ? convolution : norm);
        TensorData[] weights =
        [
            TensorData.FromFloat32("conv.weight", [2, 3, 1, 1], [1, 2, 3, 4, 5, 6]),
            TensorData.FromFloat32("conv.bias", [2], [0.5f, 0.25f]),
            TensorData.FromFloat32("bn.weight", [2], [2, 4]),
            TensorData.FromFloat32("bn.bias", [2], [7, 8]),
            TensorData.FromFloat32("bn.running_mean", [2], [10, 20]),
            TensorData.FromFloat32("bn.running_var", [2], [3, 15]),
        ];
        return new NetworkModel(builder.Build(), weights.ToDictionary(tensor => tensor.Name));
    }
}
