using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Catalog;

/// <summary>
/// MobileNetV3, large and small, torchvision's form: names are those of its state dict (<c>features.4.block.2.fc1</c>),
/// blocks are <c>features.0</c> and so on. The last feature map has 1/32 of the input size.
/// </summary>
/// <remarks>
/// Source: Howard et al. 2019, arXiv:1905.02244, tables 1 and 2. Checked against torchvision in
/// <c>TorchvisionParityTests</c>.
/// </remarks>
internal static class MobileNetV3
{
    private const ActivationKind Re = ActivationKind.Relu;
    private const ActivationKind Hs = ActivationKind.Hardswish;

    private static readonly Bottleneck[] LargeRows =
    [
        new(3, 16, 16, false, Re, 1),
        new(3, 64, 24, false, Re, 2),
        new(3, 72, 24, false, Re, 1),
        new(5, 72, 40, true, Re, 2),
        new(5, 120, 40, true, Re, 1),
        new(5, 120, 40, true, Re, 1),
        new(3, 240, 80, false, Hs, 2),
        new(3, 200, 80, false, Hs, 1),
        new(3, 184, 80, false, Hs, 1),
        new(3, 184, 80, false, Hs, 1),
        new(3, 480, 112, true, Hs, 1),
        new(3, 672, 112, true, Hs, 1),
        new(5, 672, 160, true, Hs, 2),
        new(5, 960, 160, true, Hs, 1),
        new(5, 960, 160, true, Hs, 1),
    ];

    private static readonly Bottleneck[] SmallRows =
    [
        new(3, 16, 16, true, Re, 2),
        new(3, 72, 24, false, Re, 2),
        new(3, 88, 24, false, Re, 1),
        new(5, 96, 40, true, Hs, 2),
        new(5, 240, 40, true, Hs, 1),
        new(5, 240, 40, true, Hs, 1),
        new(5, 120, 48, true, Hs, 1),
        new(5, 144, 48, true, Hs, 1),
        new(5, 288, 96, true, Hs, 2),
        new(5, 576, 96, true, Hs, 1),
        new(5, 576, 96, true, Hs, 1),
    ];

    /// <summary>The large network.</summary>
    internal static NetworkEntry Large() =>
        new(builder => Build(builder, LargeRows), builder => AddClassifier(builder, 1280));

    /// <summary>The small network.</summary>
    internal static NetworkEntry Small() =>
        new(builder => Build(builder, SmallRows), builder => AddClassifier(builder, 1024));

    private static BatchNorm2d Norm => new(1e-3, 0.01);

    private static void Build(GraphBuilder builder, Bottleneck[] rows)
    {
        builder.Block("features.0");
        Convolve(builder, "features.0", new Conv2d(16, Convolutions.Same(3, 2)), Hs);
        for (int index = 0; index < rows.Length; index++)
        {
            builder.Block($"features.{index + 1}");
            AddBottleneck(builder, $"features.{index + 1}", rows[index]);
        }

        string last = $"features.{rows.Length + 1}";
        builder.Block(last);
        Convolve(builder, last, new Conv2d(6 * builder.LastShape.Channels, new Window(1, 1, Padding.None)), Hs);
    }

    private static void AddBottleneck(GraphBuilder builder, string name, Bottleneck row)
    {
        string shortcut = builder.Last;
        int before = builder.LastShape.Channels;
        int number = 0; // of the module in torchvision's sequence
        if (row.Expanded != before)
        {
            Convolve(
                builder,
                $"{name}.block.{number++}",
                new Conv2d(row.Expanded, new Window(1, 1, Padding.None)),
                row.Activation
            );
        }

        Convolve(
            builder,
            $"{name}.block.{number++}",
            new Conv2d(row.Expanded, Convolutions.Same(row.Kernel, row.Stride), Groups: row.Expanded),
            row.Activation
        );
        if (row.HasSqueeze)
        {
            builder.AddSqueezeExcitation(
                $"{name}.block.{number++}",
                MultipleOfEight(row.Expanded / 4),
                ActivationKind.Relu,
                ActivationKind.Hardsigmoid
            );
        }

        builder.AddConvolution(
            ($"{name}.block.{number}.0", $"{name}.block.{number}.1", null),
            new Conv2d(row.Channels, new Window(1, 1, Padding.None)),
            Norm
        );
        if (row.Stride == 1 && before == row.Channels)
        {
            builder.Add($"{name}.add", new Add(), shortcut, builder.Last);
        }
    }

    private static void Convolve(GraphBuilder builder, string name, Conv2d convolution, ActivationKind activation) =>
        builder.AddConvolution(($"{name}.0", $"{name}.1", $"{name}.2"), convolution, Norm, activation);

    private static void AddClassifier(GraphBuilder builder, int hidden)
    {
        builder.Add("avgpool", new GlobalAveragePool());
        builder.Add("classifier.0", new Linear(hidden));
        builder.Add("classifier.1", new Activation(Hs));
        builder.Add("classifier.2", new Dropout(0.2));
        builder.Add("classifier.3", new Linear(NetworkEntry.ClassCount));
    }

    /// <summary>The nearest multiple of 8 that is not more than a tenth smaller.</summary>
    private static int MultipleOfEight(int channels)
    {
        int rounded = Math.Max(8, (channels + 4) / 8 * 8);
        return rounded < 0.9 * channels ? rounded + 8 : rounded;
    }

    /// <summary>One row of the paper's tables.</summary>
    private sealed record Bottleneck(
        int Kernel,
        int Expanded,
        int Channels,
        bool HasSqueeze,
        ActivationKind Activation,
        int Stride
    );
}
