using Onnx;
using Pipeline.Core.Contracts;
using Pipeline.Export.Quantization;
using Pipeline.Networks.Graph;

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
        int[] pixel = [200, 3, 77];   // RGB

        float[] foldedWeights = fold.Weights(weights, 2), foldedBias = fold.Bias(weights, bias, 2);

        double[] mean = [0.485, 0.456, 0.406], std = [0.229, 0.224, 0.225];
        for (int output = 0; output < 2; output++)
        {
            double expected = bias[output], actual = foldedBias[output];
            for (int channel = 0; channel < 3; channel++)
            {
                int seen = order == ChannelOrder.Rgb ? channel : 2 - channel;   // mean and std are in the network's order
                expected += weights[(output * 3) + channel] * ((pixel[seen] / 255.0) - mean[channel]) / std[channel];
                actual += foldedWeights[(output * 3) + channel] * fold.Scale.Scale * (pixel[channel] - fold.Scale.ZeroPoint);
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
        Assert.Equal(["image.bgr", "image.float", "image.normalized", "image.scaled"], fold.Dropped.Order(StringComparer.Ordinal));
        Assert.Equal(114, fold.Scale.ZeroPoint);   // 255 times the mean of the means, 0.449
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

    private static GraphProto Graph(ChannelOrder order, int padding, double[] mean)
    {
        var builder = new GraphBuilder("test", FeatureShape.Map(3, 4, 4));
        builder.Add("conv", new Conv2d(2, new Window(1, 1, Padding.All(padding))));
        builder.Add("pool", new GlobalAveragePool());
        NetworkGraph graph = builder.Build();
        var preprocessing = new Preprocessing { Size = new ImageSize(4, 4), Resize = ResizeMode.Squash, Kernel = ResizeKernel.Bicubic, Antialias = true, Scale = 1 / 255.0, ChannelOrder = order, Mean = [.. mean], Std = [0.229, 0.224, 0.225] };
        return ModelExporter.Build(graph, TestCheckpoints.Weights(graph), new ModelContract { Labels = new LabelSet(["a", "b"]), Preprocessing = preprocessing }).Graph;
    }
}
