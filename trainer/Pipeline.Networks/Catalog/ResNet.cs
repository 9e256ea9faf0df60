using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Catalog;

/// <summary>
/// ResNet, torchvision's form: names are those of its state dict (<c>layer1.0.conv1</c>), the stride of a bottleneck is on its 3x3 convolution, blocks are <c>stem</c> and <c>layer1</c> to
/// <c>layer4</c>. The last feature map has 1/32 of the input size.
/// </summary>
/// <remarks>Source: He et al. 2015, arXiv:1512.03385, table 1. Checked against torchvision in <c>TorchvisionParityTests</c>.</remarks>
internal static class ResNet
{
    private static readonly int[] Widths = [64, 128, 256, 512];

    /// <summary>A network of two 3x3 convolutions per block (18, 34) or of bottlenecks that widen by four (50, 101, 152).</summary>
    internal static NetworkEntry Entry(bool hasBottlenecks, params int[] blocks) => new(builder => Build(builder, hasBottlenecks, blocks), AddClassifier);

    private static void Build(GraphBuilder builder, bool hasBottlenecks, int[] blocks)
    {
        builder.Block("stem");
        builder.AddConvolution(("conv1", "bn1", "relu"), new Conv2d(64, Convolutions.Same(7, 2)), new BatchNorm2d());
        builder.Add("maxpool", new MaxPool2d(Convolutions.Same(3, 2)));
        for (int layer = 0; layer < blocks.Length; layer++)
        {
            builder.Block($"layer{layer + 1}");
            for (int index = 0; index < blocks[layer]; index++)
            {
                AddBlock(builder, $"layer{layer + 1}.{index}", hasBottlenecks, Widths[layer], stride: layer > 0 && index == 0 ? 2 : 1);
            }
        }
    }

    private static void AddBlock(GraphBuilder builder, string name, bool isBottleneck, int width, int stride)
    {
        string shortcut = builder.Last;
        int channels = isBottleneck ? 4 * width : width;
        bool changesShape = stride != 1 || builder.LastShape.Channels != channels;
        Convolve(1, isBottleneck ? new Window(1, 1, Padding.None) : Convolutions.Same(3, stride), width, hasRelu: true);
        Convolve(2, Convolutions.Same(3, isBottleneck ? stride : 1), width, hasRelu: isBottleneck);
        if (isBottleneck)
        {
            Convolve(3, new Window(1, 1, Padding.None), channels, hasRelu: false);
        }

        string branch = builder.Last;
        if (changesShape)
        {
            builder.Add($"{name}.downsample.0", new Conv2d(channels, new Window(1, stride, Padding.None), HasBias: false), shortcut);
            shortcut = builder.Add($"{name}.downsample.1", new BatchNorm2d());
        }

        builder.Add($"{name}.add", new Add(), branch, shortcut);
        builder.Add($"{name}.relu", new Activation(ActivationKind.Relu));

        void Convolve(int number, Window window, int outChannels, bool hasRelu) =>
            builder.AddConvolution(($"{name}.conv{number}", $"{name}.bn{number}", hasRelu ? $"{name}.relu{number}" : null), new Conv2d(outChannels, window), new BatchNorm2d());
    }

    private static void AddClassifier(GraphBuilder builder)
    {
        builder.Add("avgpool", new GlobalAveragePool());
        builder.Add("fc", new Linear(NetworkEntry.ClassCount));
    }
}
