using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Catalog;

/// <summary>
/// A convolutional network for training from scratch on little data: three times convolution 3x3, batch-norm, ReLU and
/// max pool 2, with 32, 64 and 128 channels. At 32x32 its output is a map of 4x4.
/// </summary>
internal static class SmallCnn
{
    internal static void Build(GraphBuilder builder)
    {
        int[] widths = [32, 64, 128];
        for (int index = 0; index < widths.Length; index++)
        {
            int number = index + 1;
            builder.Block($"conv{number}");
            builder.Add($"conv{number}", new Conv2d(widths[index], new Window(3, 1, Padding.All(1)), HasBias: false));
            builder.Add($"bn{number}", new BatchNorm2d());
            builder.Add($"relu{number}", new Activation(ActivationKind.Relu));
            builder.Add($"pool{number}", new MaxPool2d(new Window(2, 2, Padding.None)));
        }
    }
}
