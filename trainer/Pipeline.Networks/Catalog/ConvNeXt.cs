using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Catalog;

/// <summary>
/// ConvNeXt-Tiny, torchvision's form: names are those of its state dict (<c>features.1.0.block.0</c>), blocks are
/// <c>features.0</c> to <c>features.7</c>; the even ones halve the size. The last feature map has 768 channels at 1/32
/// of the input size.
/// </summary>
/// <remarks>
/// Source: Liu et al. 2022, arXiv:2201.03545, section 2. Checked against torchvision in <c>TorchvisionParityTests</c>.
/// </remarks>
internal static class ConvNeXt
{
    private const double StochasticDepthRate = 0.1; // of the last block; it grows from 0
    private static readonly (int Channels, int Repeats)[] Stages = [(96, 3), (192, 3), (384, 9), (768, 3)];

    /// <summary>The network as the catalog has it.</summary>
    internal static NetworkEntry Tiny() =>
        new(
            Build,
            builder =>
            {
                builder.Add("avgpool", new GlobalAveragePool());
                builder.Add("classifier.0", new ChannelNorm());
                builder.Add("classifier.2", new Linear(NetworkEntry.ClassCount));
            }
        );

    private static void Build(GraphBuilder builder)
    {
        int last = Stages.Sum(stage => stage.Repeats) - 1;
        int done = 0;
        for (int stage = 0; stage < Stages.Length; stage++)
        {
            (int channels, int repeats) = Stages[stage];
            string before = $"features.{2 * stage}";
            builder.Block(before);
            if (stage == 0)
            {
                builder.Add($"{before}.0", new Conv2d(channels, new Window(4, 4, Padding.None)));
                builder.Add($"{before}.1", new ChannelNorm());
            }
            else
            {
                builder.Add($"{before}.0", new ChannelNorm());
                builder.Add($"{before}.1", new Conv2d(channels, new Window(2, 2, Padding.None)));
            }

            builder.Block($"features.{(2 * stage) + 1}");
            for (int repeat = 0; repeat < repeats; repeat++)
            {
                AddBlock(
                    builder,
                    $"features.{(2 * stage) + 1}.{repeat}",
                    channels,
                    StochasticDepthRate * done++ / last
                );
            }
        }
    }

    /// <summary>The node with the block's own name is its last one: it has the block's <c>layer_scale</c>.</summary>
    private static void AddBlock(GraphBuilder builder, string name, int channels, double dropRate)
    {
        string shortcut = builder.Last;
        builder.Add($"{name}.block.0", new Conv2d(channels, Convolutions.Same(7), Groups: channels));
        builder.Add($"{name}.block.2", new ChannelNorm());
        builder.Add($"{name}.block.3", new PixelLinear(4 * channels));
        builder.Add($"{name}.block.4", new Activation(ActivationKind.Gelu));
        builder.Add($"{name}.block.5", new PixelLinear(channels));
        builder.Add($"{name}.stochastic_depth", new StochasticDepth(dropRate));
        builder.Add(name, new ScaledAdd(), builder.Last, shortcut);
    }
}
