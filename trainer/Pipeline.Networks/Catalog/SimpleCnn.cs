using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Catalog;

/// <summary>
/// The usual first network for little data: three times convolution 3x3 without padding, ReLU and max pool 2, with 32,
/// 32 and 64 channels and no normalisation. At 150x150 its output is a map of 17x17.
/// </summary>
/// <remarks>
/// Source: Chollet 2016, "Building powerful image classification models using very little data", first model. Parameter
/// counts are checked in <c>SimpleCnnTests</c>.
/// </remarks>
internal static class SimpleCnn
{
    internal static void Build(GraphBuilder builder)
    {
        int[] widths = [32, 32, 64];
        for (int index = 0; index < widths.Length; index++)
        {
            int number = index + 1;
            builder.Block($"conv{number}");
            builder.Add($"conv{number}", new Conv2d(widths[index], new Window(3, 1, Padding.None)));
            builder.Add($"relu{number}", new Activation(ActivationKind.Relu));
            builder.Add($"pool{number}", new MaxPool2d(new Window(2, 2, Padding.None)));
        }
    }
}
