using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Catalog;

/// <summary>
/// Eight convolutions in four pairs, to be trained from scratch with two dense layers behind them: the first of a pair
/// keeps the size, the second has no padding; ReLU after each, max pool and dropout after each pair. Channels 32, 64,
/// 128 with 3x3 kernels and 512 with 5x5; pools 2, 2, 2 and 4. At 128x128 its output is a map of 2x2.
/// </summary>
/// <remarks>
/// The dropout rate behind a pool is 0.25, the one of Keras's CIFAR-10 example, from which this shape descends.
/// Parameter counts are checked in <c>TenLayerCnnTests</c>.
/// </remarks>
internal static class TenLayerCnn
{
    private const double DropoutRate = 0.25;

    private static readonly (int Channels, int Kernel, int Pool)[] Pairs =
    [
        (32, 3, 2),
        (64, 3, 2),
        (128, 3, 2),
        (512, 5, 4),
    ];

    internal static void Build(GraphBuilder builder)
    {
        for (int index = 0; index < Pairs.Length; index++)
        {
            (int channels, int kernel, int pool) = Pairs[index];
            int number = index + 1;
            builder.Block($"block{number}");
            ConvActivate(builder, $"{number}_1", channels, new Window(kernel, 1, Padding.All(kernel / 2)));
            ConvActivate(builder, $"{number}_2", channels, new Window(kernel, 1, Padding.None));
            builder.Add($"pool{number}", new MaxPool2d(new Window(pool, pool, Padding.None)));
            builder.Add($"dropout{number}", new Dropout(DropoutRate));
        }
    }

    private static void ConvActivate(GraphBuilder builder, string number, int channels, Window window)
    {
        builder.Add($"conv{number}", new Conv2d(channels, window));
        builder.Add($"relu{number}", new Activation(ActivationKind.Relu));
    }
}
