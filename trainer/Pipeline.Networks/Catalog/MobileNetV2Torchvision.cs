using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Catalog;

/// <summary>
/// MobileNetV2 with width 1.0 in torchvision's form: names are those of its state dict (<c>features.1.conv.0.0</c>),
/// strided convolutions are padded on all sides, batch-norms have torch's epsilon. Blocks are <c>features.0</c> to
/// <c>features.18</c>. For Keras weights see <see cref="MobileNetV2"/>.
/// </summary>
/// <remarks>
/// Source: Sandler et al. 2018, arXiv:1801.04381, table 2. Checked against torchvision in
/// <c>TorchvisionParityTests</c>.
/// </remarks>
internal static class MobileNetV2Torchvision
{
    /// <summary>
    /// Expansion factor t, output channels c, repeats n, stride s of the first: table 2 of the paper.
    /// </summary>
    private static readonly (int Expansion, int Channels, int Repeats, int Stride)[] Stages =
    [
        (1, 16, 1, 1),
        (6, 24, 2, 2),
        (6, 32, 3, 2),
        (6, 64, 4, 2),
        (6, 96, 3, 1),
        (6, 160, 3, 2),
        (6, 320, 1, 1),
    ];

    /// <summary>The network as the catalog has it.</summary>
    internal static NetworkEntry Entry() =>
        new(
            Build,
            builder =>
            {
                builder.Add("avgpool", new GlobalAveragePool());
                builder.Add("classifier.0", new Dropout(0.2));
                builder.Add("classifier.1", new Linear(NetworkEntry.ClassCount));
            }
        );

    private static void Build(GraphBuilder builder)
    {
        int number = 0;
        builder.Block("features.0");
        Convolve(builder, "features.0", new Conv2d(32, Convolutions.Same(3, 2)));
        foreach ((int expansion, int channels, int repeats, int stride) in Stages)
        {
            for (int repeat = 0; repeat < repeats; repeat++)
            {
                number++;
                builder.Block($"features.{number}");
                Bottleneck(builder, $"features.{number}", expansion, channels, repeat == 0 ? stride : 1);
            }
        }

        number++;
        builder.Block($"features.{number}");
        Convolve(builder, $"features.{number}", new Conv2d(1280, new Window(1, 1, Padding.None)));
    }

    private static void Bottleneck(GraphBuilder builder, string name, int expansion, int channels, int stride)
    {
        string shortcut = builder.Last;
        int before = builder.LastShape.Channels;
        int hidden = before * expansion;
        int number = 0; // of the module in torchvision's sequence
        if (expansion != 1)
        {
            Convolve(builder, $"{name}.conv.{number++}", new Conv2d(hidden, new Window(1, 1, Padding.None)));
        }

        Convolve(builder, $"{name}.conv.{number++}", new Conv2d(hidden, Convolutions.Same(3, stride), Groups: hidden));
        builder.AddConvolution(
            ($"{name}.conv.{number}", $"{name}.conv.{number + 1}", null),
            new Conv2d(channels, new Window(1, 1, Padding.None)),
            new BatchNorm2d()
        );
        if (stride == 1 && before == channels)
        {
            builder.Add($"{name}.add", new Add(), shortcut, builder.Last);
        }
    }

    private static void Convolve(GraphBuilder builder, string name, Conv2d convolution) =>
        builder.AddConvolution(
            ($"{name}.0", $"{name}.1", $"{name}.2"),
            convolution,
            new BatchNorm2d(),
            ActivationKind.Relu6
        );
}
