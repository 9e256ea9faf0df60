using Pipeline.Core.Contracts;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Tests.Sessions;

public sealed class InputNormalizerTests
{
    [Theory]
    [InlineData(ChannelOrder.Rgb, new float[] { 1, 4, 0, 1.5f, -0.5f, -2, 7, 10, 2, 5.5f, 2.5f, 1 })]
    [InlineData(ChannelOrder.Bgr, new float[] { 3, 0, 0, 1.5f, -1.5f, 0, 9, 6, 2, 5.5f, 1.5f, 3 })]
    public void Run_TwoImages_GivesPlanesInTheNetworksChannelOrder(ChannelOrder order, float[] expected)
    {
        // Two images of two pixels; channels x/2, (x/2 - 1)/2, (x/2 - 4)/2
        var rules = new Preprocessing
        {
            Size = new ImageSize(2, 1),
            Resize = ResizeMode.Squash,
            Kernel = ResizeKernel.Bicubic,
            Antialias = true,
            ChannelOrder = order,
            Scale = 0.5,
            Mean = [0, 1, 4],
            Std = [1, 2, 2],
        };
        byte[] pixels = [2, 2, 6, 8, 8, 0, 14, 10, 18, 20, 24, 12];
        float[] output = new float[12];

        new InputNormalizer(rules).Run(pixels, output, 2);

        Assert.Equal(expected, output);
    }
}
