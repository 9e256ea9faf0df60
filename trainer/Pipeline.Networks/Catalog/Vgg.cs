using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Catalog;

/// <summary>
/// VGG. Nodes have torchvision's names (<c>features.0</c>, so that <c>features.0.weight</c> fits by name), blocks
/// Keras's (<c>block1</c> to <c>block5</c>). The last feature map is the last pool, 512 channels at 1/32 of the input
/// size.
/// </summary>
/// <remarks>
/// Source: Simonyan and Zisserman 2015, arXiv:1409.1556, table 1, columns A, B, D and E. Parameter counts are Keras's,
/// checked in <c>VggTests</c>; outputs against torchvision in <c>TorchvisionParityTests</c>.
/// </remarks>
internal static class Vgg
{
    private const int HiddenUnits = 4096;
    private static readonly int[] Widths = [64, 128, 256, 512, 512];

    /// <summary>
    /// A network with so many 3x3 convolutions in each block, with or without batch-norm behind each.
    /// </summary>
    internal static NetworkEntry Entry(bool hasBatchNorm, params int[] convolutions) =>
        new(builder => Build(builder, hasBatchNorm, convolutions), AddClassifier);

    private static void Build(GraphBuilder builder, bool hasBatchNorm, int[] convolutions)
    {
        int number = 0; // of the module in torchvision's sequence, which counts norms, activations and pools too
        for (int index = 0; index < convolutions.Length; index++)
        {
            builder.Block($"block{index + 1}");
            for (int convolution = 0; convolution < convolutions[index]; convolution++)
            {
                builder.Add($"features.{number++}", new Conv2d(Widths[index], Convolutions.Same(3)));
                if (hasBatchNorm)
                {
                    builder.Add($"features.{number++}", new BatchNorm2d());
                }

                builder.Add($"features.{number++}", new Activation(ActivationKind.Relu));
            }

            builder.Add($"features.{number++}", new MaxPool2d(new Window(2, 2, Padding.None)));
        }
    }

    private static void AddClassifier(GraphBuilder builder)
    {
        builder.Add("avgpool", new AdaptiveAvgPool2d(7));
        builder.Add("flatten", new Flatten());
        int number = 0;
        for (int layer = 0; layer < 2; layer++)
        {
            builder.Add($"classifier.{number++}", new Linear(HiddenUnits));
            builder.Add($"classifier.{number++}", new Activation(ActivationKind.Relu));
            builder.Add($"classifier.{number++}", new Dropout(0.5));
        }

        builder.Add($"classifier.{number}", new Linear(NetworkEntry.ClassCount));
    }
}
