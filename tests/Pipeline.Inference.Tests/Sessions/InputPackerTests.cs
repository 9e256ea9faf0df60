using System.Runtime.InteropServices;
using Pipeline.Core.Contracts;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Tests.Sessions;

public sealed class InputPackerTests
{
    // Two images of two pixels; channels x/2, (x/2 - 1)/2, (x/2 - 4)/2
    private static readonly byte[] Pixels = [2, 2, 6, 8, 8, 0, 14, 10, 18, 20, 24, 12];

    private static readonly Preprocessing Rules = new()
    {
        Size = new ImageSize(2, 1),
        Resize = ResizeMode.Squash,
        Kernel = ResizeKernel.Bicubic,
        Antialias = true,
        Scale = 0.5,
        Mean = [0, 1, 4],
        Std = [1, 2, 2],
    };

    [Theory]
    [InlineData(ChannelOrder.Rgb, true, new float[] { 1, 4, 0, 1.5f, -0.5f, -2, 7, 10, 2, 5.5f, 2.5f, 1 })]
    [InlineData(ChannelOrder.Bgr, true, new float[] { 3, 0, 0, 1.5f, -1.5f, 0, 9, 6, 2, 5.5f, 1.5f, 3 })]
    [InlineData(ChannelOrder.Rgb, false, new float[] { 1, 0, -0.5f, 4, 1.5f, -2, 7, 2, 2.5f, 10, 5.5f, 1 })]
    [InlineData(ChannelOrder.Bgr, false, new float[] { 3, 0, -1.5f, 0, 1.5f, 0, 9, 2, 1.5f, 6, 5.5f, 3 })]
    public void Pack_Floats_AreNormalisedInTheNetworksOrderAndLayout(
        ChannelOrder order,
        bool isChannelsFirst,
        float[] expected
    )
    {
        byte[] output = new byte[Pixels.Length * sizeof(float)];

        GraphWiring.Normalizer(Rules with { ChannelOrder = order }, isChannelsFirst).Pack(Pixels, output, 2);

        Assert.Equal(expected, MemoryMarshal.Cast<byte, float>(output).ToArray());
    }

    [Theory]
    [InlineData(ChannelOrder.Rgb, true, new byte[] { 2, 8, 2, 8, 6, 0, 14, 20, 10, 24, 18, 12 })]
    [InlineData(ChannelOrder.Bgr, true, new byte[] { 6, 0, 2, 8, 2, 8, 18, 12, 10, 24, 14, 20 })]
    [InlineData(ChannelOrder.Bgr, false, new byte[] { 6, 2, 2, 0, 8, 8, 18, 10, 14, 12, 24, 20 })]
    public void Pack_Bytes_AreMovedOnly(ChannelOrder order, bool isChannelsFirst, byte[] expected)
    {
        byte[] output = new byte[Pixels.Length];

        new InputPacker<byte>(order, isChannelsFirst, (value, _) => value).Pack(Pixels, output, 2);

        Assert.Equal(expected, output);
    }
}
