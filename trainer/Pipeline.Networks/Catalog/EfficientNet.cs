using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Catalog;

/// <summary>
/// EfficientNet-B0, torchvision's form: names are those of its state dict (<c>features.2.0.block.1.0</c>), blocks are
/// <c>features.0</c> to <c>features.8</c>. The last feature map has 1280 channels at 1/32 of the input size.
/// </summary>
/// <remarks>
/// Source: Tan and Le 2019, arXiv:1905.11946, table 1. Checked against torchvision in <c>TorchvisionParityTests</c>.
/// </remarks>
internal static class EfficientNet
{
    private const double StochasticDepthRate = 0.2; // of the block behind the last; it grows from 0

    /// <summary>Expansion factor, kernel, stride of the first, output channels, repeats.</summary>
    private static readonly (int Expansion, int Kernel, int Stride, int Channels, int Repeats)[] Stages =
    [
        (1, 3, 1, 16, 1),
        (6, 3, 2, 24, 2),
        (6, 5, 2, 40, 2),
        (6, 3, 2, 80, 3),
        (6, 5, 1, 112, 3),
        (6, 5, 2, 192, 4),
        (6, 3, 1, 320, 1),
    ];

    /// <summary>The network as the catalog has it.</summary>
    internal static NetworkEntry B0() =>
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
        builder.Block("features.0");
        Convolve(builder, "features.0", new Conv2d(32, Convolutions.Same(3, 2)));
        int total = Stages.Sum(stage => stage.Repeats);
        int done = 0;
        for (int stage = 0; stage < Stages.Length; stage++)
        {
            builder.Block($"features.{stage + 1}");
            (int expansion, int kernel, int stride, int channels, int repeats) = Stages[stage];
            for (int repeat = 0; repeat < repeats; repeat++)
            {
                Window window = Convolutions.Same(kernel, repeat == 0 ? stride : 1);
                AddBlock(
                    builder,
                    $"features.{stage + 1}.{repeat}",
                    expansion,
                    window,
                    channels,
                    StochasticDepthRate * done++ / total
                );
            }
        }

        string last = $"features.{Stages.Length + 1}";
        builder.Block(last);
        Convolve(builder, last, new Conv2d(4 * builder.LastShape.Channels, new Window(1, 1, Padding.None)));
    }

    private static void AddBlock(
        GraphBuilder builder,
        string name,
        int expansion,
        Window window,
        int channels,
        double dropRate
    )
    {
        string shortcut = builder.Last;
        int before = builder.LastShape.Channels;
        int hidden = before * expansion;
        int number = 0; // of the module in torchvision's sequence
        if (expansion != 1)
        {
            Convolve(builder, $"{name}.block.{number++}", new Conv2d(hidden, new Window(1, 1, Padding.None)));
        }

        Convolve(builder, $"{name}.block.{number++}", new Conv2d(hidden, window, Groups: hidden));
        builder.AddSqueezeExcitation(
            $"{name}.block.{number++}",
            Math.Max(1, before / 4),
            ActivationKind.Silu,
            ActivationKind.Sigmoid
        );
        builder.AddConvolution(
            ($"{name}.block.{number}.0", $"{name}.block.{number}.1", null),
            new Conv2d(channels, new Window(1, 1, Padding.None)),
            new BatchNorm2d()
        );
        if (window.Stride.Height == 1 && before == channels)
        {
            builder.Add($"{name}.stochastic_depth", new StochasticDepth(dropRate));
            builder.Add($"{name}.add", new Add(), builder.Last, shortcut);
        }
    }

    private static void Convolve(GraphBuilder builder, string name, Conv2d convolution) =>
        builder.AddConvolution(
            ($"{name}.0", $"{name}.1", $"{name}.2"),
            convolution,
            new BatchNorm2d(),
            ActivationKind.Silu
        );
}
