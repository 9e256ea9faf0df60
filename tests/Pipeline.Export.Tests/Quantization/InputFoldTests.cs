using Onnx;
using Pipeline.Core.Contracts;
using Pipeline.Export.Onnx;
using Pipeline.Export.Quantization;

namespace Pipeline.Export.Tests.Quantization;

public sealed class InputFoldTests
{
    [Theory]
    [InlineData(ChannelOrder.Rgb)]
    [InlineData(ChannelOrder.Bgr)]
    public void Fold_ConvolutionOfNormalisedPixels_GivesTheSameSum(ChannelOrder order)
    {
        GraphProto graph = Graph(order, padding: 0, [0.485, 0.456, 0.406]);
        var constants = new Initializers(graph);
        InputFold fold = Assert.IsType<InputFold>(InputFold.Find(graph, constants, _ => true));
        (float[] weights, float[] bias) = (constants.Floats("conv.weight"), constants.Floats("conv.bias"));
        int[] pixel = [200, 3, 77]; // RGB

        float[] foldedWeights = fold.Weights(weights, 2),
            foldedBias = fold.Bias(weights, bias, 2);

        double[] mean = [0.485, 0.456, 0.406],
            std = [0.229, 0.224, 0.225];
        for (int output = 0; output < 2; output++)
        {
            double expected = bias[output],
                actual = foldedBias[output];
            for (int channel = 0; channel < 3; channel++)
            {
                int seen = order == ChannelOrder.Rgb ? channel : 2 - channel; // mean and std are in the network's order
                expected += weights[(output * 3) + channel] * ((pixel[seen] / 255.0) - mean[channel]) / std[channel];
                actual +=
                    foldedWeights[(output * 3) + channel] * fold.Scale.Scale * (pixel[channel] - fold.Scale.ZeroPoint);
            }

            Assert.Equal(expected, actual, 1e-5);
        }
    }

    [Fact]
    public void Find_NormalisedPixels_DropsWhatNormalises()
    {
        GraphProto graph = Graph(ChannelOrder.Bgr, padding: 1, [0.485, 0.456, 0.406]);

        InputFold fold = Assert.IsType<InputFold>(InputFold.Find(graph, new Initializers(graph), _ => true));

        Assert.Equal("image.nchw", fold.Source);
        Assert.Equal(
            ["image.bgr", "image.float", "image.normalized", "image.scaled"],
            fold.Dropped.Order(StringComparer.Ordinal)
        );
        Assert.Equal(114, fold.Scale.ZeroPoint); // 255 times the mean of the means, 0.449
    }

    [Fact]
    public void Find_PaddingThatStandsForVeryDifferentPixels_LeavesTheInputAsItIs()
    {
        GraphProto graph = Graph(ChannelOrder.Rgb, padding: 1, [0.2, 0.5, 0.8]);

        Assert.Null(InputFold.Find(graph, new Initializers(graph), _ => true));
    }

    [Fact]
    public void Find_ConvolutionThatStaysFloat_LeavesTheInputAsItIs()
    {
        GraphProto graph = Graph(ChannelOrder.Rgb, padding: 0, [0.485, 0.456, 0.406]);

        Assert.Null(InputFold.Find(graph, new Initializers(graph), _ => false));
    }

    /// <summary>As any exporter writes it; ours folds what is exact, and leaves less to do.</summary>
    private static GraphProto Graph(ChannelOrder order, int padding, double[] mean)
    {
        double[] std = [0.229, 0.224, 0.225];
        var writer = new OnnxGraphWriter(new GraphProto { Name = "test" });
        writer.Add("Transpose", "image.nchw", ["image"], OnnxGraphWriter.Integers("perm", 0, 3, 1, 2));
        string last = writer.Add("Cast", "image.float", ["image.nchw"], OnnxGraphWriter.Integer("to", 1));
        if (order == ChannelOrder.Bgr)
        {
            writer.Graph.Initializer.Add(
                Initializers.Create<long>("bgr", TensorProto.Types.DataType.Int64, [3], [2, 1, 0])
            );
            last = writer.Add("Gather", "image.bgr", [last, "bgr"], OnnxGraphWriter.Integer("axis", 1));
        }

        last = writer.Add(
            "Mul",
            "image.scaled",
            [
                last,
                writer.AddConstant(
                    "image.multiplier",
                    [1, 3, 1, 1],
                    [.. std.Select(value => (float)(1 / 255.0 / value))]
                ),
            ]
        );
        last = writer.Add(
            "Add",
            "image.normalized",
            [
                last,
                writer.AddConstant(
                    "image.offset",
                    [1, 3, 1, 1],
                    [.. mean.Select((value, channel) => (float)(-value / std[channel]))]
                ),
            ]
        );
        string weight = writer.AddConstant("conv.weight", [2, 3, 1, 1], 0.5f, -0.3f, 0.2f, 1.5f, 0.7f, -2f),
            bias = writer.AddConstant("conv.bias", [2], 0.1f, -0.2f);
        writer.Add(
            "Conv",
            "conv",
            [last, weight, bias],
            OnnxGraphWriter.Integers("pads", padding, padding, padding, padding)
        );
        return writer.Graph;
    }
}
