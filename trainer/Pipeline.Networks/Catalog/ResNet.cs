using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Catalog;

/// <summary>
/// ResNet, torchvision's form: names are those of its state dict (<c>layer1.0.conv1</c>), the stride of a bottleneck is
/// on its 3x3 convolution, blocks are <c>stem</c> and <c>layer1</c> to
/// <c>layer4</c>. The last feature map has 1/32 of the input size.
/// </summary>
/// <remarks>
/// Source: He et al. 2015, arXiv:1512.03385, table 1. Checked against torchvision in <c>TorchvisionParityTests</c>.
/// CNTK's form has the same names. Its windows of step 2 have one row and column less at the bottom and right.
/// Source: <c>ResNet18.onnx</c> of the NuGet package Microsoft.ML.DnnImageFeaturizer.ResNet18 0.23.1, which CNTK 2.6
/// wrote. Checked against that file in <c>MlnetResNetParityTests</c>.
/// </remarks>
internal static class ResNet
{
    private static readonly int[] Widths = [64, 128, 256, 512];

    /// <summary>
    /// A network of two 3x3 convolutions per block (18, 34) or of bottlenecks that widen by four (50, 101, 152).
    /// </summary>
    internal static NetworkEntry Entry(bool hasBottlenecks, params int[] blocks) =>
        new(
            builder =>
                Build(builder, hasBottlenecks, k => Convolutions.Same(k, 2), _ => Convolutions.Same(3, 2), blocks),
            AddClassifier
        );

    /// <summary>
    /// The network that ML.NET calls ResNet-18: a third block in layer 4, CNTK's windows, no classifier.
    /// </summary>
    internal static NetworkEntry Cntk18() =>
        new(builder => Build(builder, hasBottlenecks: false, CntkHalving, CntkBlockHalving, [2, 2, 2, 3]));

    /// <summary>CNTK's automatic padding of a window of step 2 over an even side: the odd row comes first.</summary>
    private static Window CntkHalving(int kernel)
    {
        int before = kernel / 2;
        return new Window(kernel, 2, new Padding(before, before, before - 1, before - 1));
    }

    /// <summary>Over an odd side CNTK pads both ends, so that the block gives as much as its 1x1 shortcut.</summary>
    private static Window CntkBlockHalving(FeatureShape map) =>
        new(3, 2, new Padding(1, 1, map.Height % 2, map.Width % 2));

    private static void Build(
        GraphBuilder builder,
        bool hasBottlenecks,
        Func<int, Window> halving,
        Func<FeatureShape, Window> blockHalving,
        int[] blocks
    )
    {
        builder.Block("stem");
        builder.AddConvolution(("conv1", "bn1", "relu"), new Conv2d(64, halving(7)), new BatchNorm2d());
        builder.Add("maxpool", new MaxPool2d(halving(3)));
        for (int layer = 0; layer < blocks.Length; layer++)
        {
            builder.Block($"layer{layer + 1}");
            for (int index = 0; index < blocks[layer]; index++)
            {
                Window window = layer > 0 && index == 0 ? blockHalving(builder.LastShape) : Convolutions.Same(3);
                AddBlock(builder, $"layer{layer + 1}.{index}", hasBottlenecks, Widths[layer], window);
            }
        }
    }

    private static void AddBlock(GraphBuilder builder, string name, bool isBottleneck, int width, Window window)
    {
        string shortcut = builder.Last;
        int channels = isBottleneck ? 4 * width : width;
        bool changesShape = window.Stride != 1 || builder.LastShape.Channels != channels;
        Convolve(1, isBottleneck ? new Window(1, 1, Padding.None) : window, width, hasRelu: true);
        Convolve(2, isBottleneck ? window : Convolutions.Same(3), width, hasRelu: isBottleneck);
        if (isBottleneck)
        {
            Convolve(3, new Window(1, 1, Padding.None), channels, hasRelu: false);
        }

        string branch = builder.Last;
        if (changesShape)
        {
            builder.Add(
                $"{name}.downsample.0",
                new Conv2d(channels, new Window(1, window.Stride, Padding.None), HasBias: false),
                shortcut
            );
            shortcut = builder.Add($"{name}.downsample.1", new BatchNorm2d());
        }

        builder.Add($"{name}.add", new Add(), branch, shortcut);
        builder.Add($"{name}.relu", new Activation(ActivationKind.Relu));

        void Convolve(int number, Window kernel, int outChannels, bool hasRelu) =>
            builder.AddConvolution(
                ($"{name}.conv{number}", $"{name}.bn{number}", hasRelu ? $"{name}.relu{number}" : null),
                new Conv2d(outChannels, kernel),
                new BatchNorm2d()
            );
    }

    private static void AddClassifier(GraphBuilder builder)
    {
        builder.Add("avgpool", new GlobalAveragePool());
        builder.Add("fc", new Linear(NetworkEntry.ClassCount));
    }
}
