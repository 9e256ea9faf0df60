using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Catalog;

/// <summary>
/// MobileNetV2 with width 1.0, in Keras's form: node names, strides and the bottom/right padding of strided
/// convolutions are those of <c>keras.applications</c>, so that Keras weights fit by name. The output is
/// <c>out_relu</c>, 1280 channels at 1/32 of the input size.
/// </summary>
/// <remarks>
/// Source: Sandler et al. 2018, arXiv:1801.04381, table 2. Checked against the original runtime's outputs in
/// <c>NsfwjsParityTests</c>.
/// </remarks>
internal static class MobileNetV2
{
    private const double Epsilon = 1e-3;
    private const double Momentum = 1e-3; // Keras's 0.999, in torch's sense

    /// <summary>
    /// Expansion factor t, output channels c, repeats n, stride s of the first: table 2 of the paper after its first
    /// bottleneck.
    /// </summary>
    private static readonly (int Expansion, int Channels, int Repeats, int Stride)[] Stages =
    [
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
                builder.Add("global_average_pooling2d", new GlobalAveragePool());
                builder.Add("predictions", new Linear(NetworkEntry.ClassCount));
            }
        );

    private static void Build(GraphBuilder builder)
    {
        builder.Block("Conv1");
        ConvNormActivate(builder, "Conv1", "bn_Conv1", "Conv1_relu", new Conv2d(32, Strided(2)));
        builder.Block("expanded_conv");
        DepthwiseProject(builder, "expanded_conv", hidden: 32, channels: 16, stride: 1);

        int number = 0;
        foreach ((int expansion, int channels, int repeats, int stride) in Stages)
        {
            for (int repeat = 0; repeat < repeats; repeat++)
            {
                number++;
                Bottleneck(
                    builder,
                    $"block_{number}",
                    expansion,
                    channels,
                    repeat == 0 ? stride : 1,
                    hasShortcut: repeat > 0
                );
            }
        }

        builder.Block("Conv_1");
        ConvNormActivate(builder, "Conv_1", "Conv_1_bn", "out_relu", new Conv2d(1280, new Window(1, 1, Padding.None)));
    }

    private static void Bottleneck(
        GraphBuilder builder,
        string name,
        int expansion,
        int channels,
        int stride,
        bool hasShortcut
    )
    {
        string shortcut = builder.Last;
        int hidden = builder.LastShape.Channels * expansion;
        builder.Block(name);
        ConvNormActivate(
            builder,
            $"{name}_expand",
            $"{name}_expand_BN",
            $"{name}_expand_relu",
            new Conv2d(hidden, new Window(1, 1, Padding.None))
        );
        DepthwiseProject(builder, name, hidden, channels, stride);
        if (hasShortcut)
        {
            builder.Add($"{name}_add", new Add(), shortcut, builder.Last);
        }
    }

    private static void DepthwiseProject(GraphBuilder builder, string name, int hidden, int channels, int stride)
    {
        Window window = stride == 1 ? new Window(3, 1, Padding.All(1)) : Strided(stride);
        ConvNormActivate(
            builder,
            $"{name}_depthwise",
            $"{name}_depthwise_BN",
            $"{name}_depthwise_relu",
            new Conv2d(hidden, window, Groups: hidden)
        );
        builder.Add($"{name}_project", new Conv2d(channels, new Window(1, 1, Padding.None), HasBias: false));
        builder.Add($"{name}_project_BN", new BatchNorm2d(Epsilon, Momentum));
    }

    private static void ConvNormActivate(
        GraphBuilder builder,
        string convolution,
        string norm,
        string activation,
        Conv2d operation
    ) =>
        builder.AddConvolution(
            (convolution, norm, activation),
            operation,
            new BatchNorm2d(Epsilon, Momentum),
            ActivationKind.Relu6
        );

    /// <summary>Keras pads a strided 3x3 convolution of an even size at the bottom and right only.</summary>
    private static Window Strided(int stride) => new(3, stride, new Padding(0, 0, 1, 1));
}
