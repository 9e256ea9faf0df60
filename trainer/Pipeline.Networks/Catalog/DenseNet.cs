using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Catalog;

/// <summary>
/// DenseNet-121, torchvision's form: names are those of its state dict (<c>features.denseblock1.denselayer1.norm1</c>),
/// blocks are <c>stem</c>, <c>features.denseblock1</c>, <c>features.transition1</c> and so on. The last feature map has
/// 1024 channels at 1/32 of the input size.
/// </summary>
/// <remarks>
/// Source: Huang et al. 2016, arXiv:1608.06993, table 1. Checked against torchvision in <c>TorchvisionParityTests</c>.
/// </remarks>
internal static class DenseNet
{
    private const int Growth = 32;
    private const int BottleneckChannels = 4 * Growth;
    private static readonly int[] LayersPerBlock = [6, 12, 24, 16];

    /// <summary>The network as the catalog has it.</summary>
    internal static NetworkEntry Of121() =>
        new(
            Build,
            builder =>
            {
                builder.Add("avgpool", new GlobalAveragePool());
                builder.Add("classifier", new Linear(NetworkEntry.ClassCount));
            }
        );

    private static void Build(GraphBuilder builder)
    {
        builder.Block("stem");
        builder.AddConvolution(
            ("features.conv0", "features.norm0", "features.relu0"),
            new Conv2d(2 * Growth, Convolutions.Same(7, 2)),
            new BatchNorm2d()
        );
        builder.Add("features.pool0", new MaxPool2d(Convolutions.Same(3, 2)));
        for (int block = 1; block <= LayersPerBlock.Length; block++)
        {
            builder.Block($"features.denseblock{block}");
            for (int layer = 1; layer <= LayersPerBlock[block - 1]; layer++)
            {
                AddLayer(builder, $"features.denseblock{block}.denselayer{layer}");
            }

            if (block < LayersPerBlock.Length)
            {
                builder.Block($"features.transition{block}");
                AddTransition(builder, $"features.transition{block}");
            }
        }

        builder.Block("features.norm5");
        builder.Add("features.norm5", new BatchNorm2d());
        builder.Add("features.relu5", new Activation(ActivationKind.Relu));
    }

    private static void AddLayer(GraphBuilder builder, string name)
    {
        string before = builder.Last;
        NormActivateConvolve(
            builder,
            ($"{name}.norm1", $"{name}.relu1", $"{name}.conv1"),
            new Conv2d(BottleneckChannels, new Window(1, 1, Padding.None), HasBias: false)
        );
        NormActivateConvolve(
            builder,
            ($"{name}.norm2", $"{name}.relu2", $"{name}.conv2"),
            new Conv2d(Growth, Convolutions.Same(3), HasBias: false)
        );
        builder.Add($"{name}.concat", new Concat(), before, builder.Last);
    }

    private static void AddTransition(GraphBuilder builder, string name)
    {
        var convolution = new Conv2d(builder.LastShape.Channels / 2, new Window(1, 1, Padding.None), HasBias: false);
        NormActivateConvolve(builder, ($"{name}.norm", $"{name}.relu", $"{name}.conv"), convolution);
        builder.Add($"{name}.pool", new AvgPool2d(new Window(2, 2, Padding.None), CountPadding: true));
    }

    private static void NormActivateConvolve(
        GraphBuilder builder,
        (string Norm, string Activation, string Convolution) names,
        Conv2d convolution
    )
    {
        builder.Add(names.Norm, new BatchNorm2d());
        builder.Add(names.Activation, new Activation(ActivationKind.Relu));
        builder.Add(names.Convolution, convolution);
    }
}
