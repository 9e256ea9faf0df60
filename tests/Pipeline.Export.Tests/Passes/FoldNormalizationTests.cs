using Pipeline.Core.Tensors;
using Pipeline.Export.Passes;
using Pipeline.Networks.Graph;
using Pipeline.Testing;

namespace Pipeline.Export.Tests.Passes;

public sealed class FoldNormalizationTests
{
    // x = 2 red + 6, 4 green + 8, 8 blue - 16
    private static readonly InputNormalization Rgb = new([0, 1, 2], [2, 4, 8], [6, 8, -16]);

    [Fact]
    public void Apply_ConvolutionWithoutABorder_TakesAllOfItIn()
    {
        NetworkModel folded = FoldNormalization.Apply(Model(Padding.None, Rgb));

        // weights 1, 2, 3 and 4, 5, 6 times 2, 4, 8; bias 1 + (1*6 + 2*8 - 3*16), 2 + (4*6 + 5*8 - 6*16)
        FloatAssert.Near([2, 8, 24, 8, 20, 48], folded.Weights["conv.weight"].AsFloat32(), 0);
        FloatAssert.Near([-25, -30], folded.Weights["conv.bias"].AsFloat32(), 0);
        AssertNormalization([0, 1, 2], [1, 1, 1], [0, 0, 0], folded);
    }

    [Fact]
    public void Apply_ConvolutionWithABorder_LeavesTheSummand()
    {
        NetworkModel folded = FoldNormalization.Apply(Model(Padding.All(1), Rgb));

        // A border pixel is 0 behind the normalisation: with the summand in the bias it would count as 6, 8, -16
        FloatAssert.Near([2, 8, 24, 8, 20, 48], folded.Weights["conv.weight"].AsFloat32(), 0);
        FloatAssert.Near([1, 2], folded.Weights["conv.bias"].AsFloat32(), 0);
        AssertNormalization([0, 1, 2], [1, 1, 1], [3, 2, -2], folded);
    }

    [Fact]
    public void Apply_BorderButNoSummand_TakesAllOfItIn()
    {
        NetworkModel folded = FoldNormalization.Apply(Model(Padding.All(1), Rgb with { Offset = [0, 0, 0] }));

        FloatAssert.Near([1, 2], folded.Weights["conv.bias"].AsFloat32(), 0);
        AssertNormalization([0, 1, 2], [1, 1, 1], [0, 0, 0], folded);
    }

    [Fact]
    public void Apply_BlueGreenRed_TurnsTheKernelRound()
    {
        // channel 0 of the network is blue: 2 blue + 6, 4 green + 8, 8 red - 16
        NetworkModel folded = FoldNormalization.Apply(Model(Padding.All(1), Rgb with { Source = [2, 1, 0] }));

        FloatAssert.Near([24, 8, 2, 48, 20, 8], folded.Weights["conv.weight"].AsFloat32(), 0); // red, green, blue
        AssertNormalization([0, 1, 2], [1, 1, 1], [-2, 2, 3], folded);
    }

    [Fact]
    public void Apply_ConvolutionWithoutABias_GetsOne()
    {
        NetworkModel model = Model(Padding.None, Rgb);

        NetworkModel folded = FoldNormalization.Apply(
            model.Replace("conv", new Conv2d(2, new Window(1, 1, Padding.None), HasBias: false)) with
            {
                Weights = new Dictionary<string, TensorData> { ["conv.weight"] = model.Weights["conv.weight"] },
            }
        );

        FloatAssert.Near([-26, -32], folded.Weights["conv.bias"].AsFloat32(), 0);
        Assert.True(Assert.IsType<Conv2d>(folded.Graph["conv"].Operation).HasBias);
    }

    [Fact]
    public void Apply_WithoutANormalization_ChangesNothing()
    {
        NetworkModel model = Model(Padding.None, null);

        Assert.Same(model, FoldNormalization.Apply(model));
    }

    [Fact]
    public void Apply_InputThatOthersReadToo_ChangesNothing()
    {
        var builder = new GraphBuilder("test", FeatureShape.Map(3, 4, 4));
        string first = builder.Add("conv", new Conv2d(3, new Window(1, 1, Padding.None)));
        builder.Add("sum", new Add(), first, NetworkGraph.InputName);
        var model = new NetworkModel(builder.Build(), new Dictionary<string, TensorData>(), Rgb);

        Assert.Same(model, FoldNormalization.Apply(model));
    }

    private static NetworkModel Model(Padding padding, InputNormalization? normalization)
    {
        var builder = new GraphBuilder("test", FeatureShape.Map(3, 4, 4));
        builder.Add("conv", new Conv2d(2, new Window(1, 1, padding)));
        TensorData[] weights =
        [
            TensorData.FromFloat32("conv.weight", [2, 3, 1, 1], [1, 2, 3, 4, 5, 6]),
            TensorData.FromFloat32("conv.bias", [2], [1, 2]),
        ];
        return new NetworkModel(builder.Build(), weights.ToDictionary(tensor => tensor.Name), normalization);
    }

    private static void AssertNormalization(int[] source, double[] multiplier, double[] offset, NetworkModel model)
    {
        InputNormalization found = Assert.IsType<InputNormalization>(model.Normalization);
        Assert.Equal(source, found.Source);
        Assert.Equal(multiplier, found.Multiplier);
        Assert.Equal(offset, found.Offset);
    }
}
