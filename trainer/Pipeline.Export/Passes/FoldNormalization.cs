using Pipeline.Core.Tensors;
using Pipeline.Networks.Graph;

namespace Pipeline.Export.Passes;

/// <summary>
/// Folds the normalisation of pixels into the first convolution, as far as that is exact. With x = m v + o per channel,
/// w * x = (w m) * (v + o / m): factor and channel order go into the kernel always, since a zero of the border stays a
/// zero. The summand goes into the bias, b + sum of w o, only where the convolution has no border: padding adds zeros
/// behind the normalisation, that is pixels of the value -o / m, and a bias cannot know which of its window's pixels
/// are border. With padding the summand o / m stays in the graph, one addition. Computed in double, rounded once.
/// </summary>
/// <remarks>
/// Source: linearity of the convolution. Checked with hand-worked numbers, border included, in
/// <c>FoldNormalizationTests</c>.
/// </remarks>
internal static class FoldNormalization
{
    /// <summary>
    /// Applies the pass; leaves a network alone whose input goes elsewhere than into one convolution of a single group.
    /// </summary>
    internal static NetworkModel Apply(NetworkModel model) =>
        model.Normalization is { } normalization
        && model.OnlyReaderOf(NetworkGraph.InputName) is { Operation: Conv2d { Groups: 1 } operation } first
            ? Fold(model, first.Name, operation, normalization)
            : model;

    private static NetworkModel Fold(
        NetworkModel model,
        string node,
        Conv2d operation,
        InputNormalization normalization
    )
    {
        TensorData kernel = model.Weights[$"{node}.weight"]; // [O, C, kh, kw]
        ReadOnlySpan<float> old = kernel.AsFloat32();
        float[] folded = new float[old.Length];
        float[] bias = model.BiasOf(node, operation.OutChannels);
        int channels = normalization.Source.Length;
        int window = old.Length / operation.OutChannels / channels;
        for (int output = 0; output < operation.OutChannels; output++)
        {
            double shift = 0;
            for (int channel = 0; channel < channels; channel++)
            {
                int from = ((output * channels) + channel) * window;
                int to = ((output * channels) + normalization.Source[channel]) * window;
                for (int index = 0; index < window; index++)
                {
                    folded[to + index] = (float)(old[from + index] * normalization.Multiplier[channel]);
                    shift += old[from + index] * normalization.Offset[channel];
                }
            }

            bias[output] = (float)(bias[output] + shift);
        }

        NetworkModel scaled = model.With(TensorData.FromFloat32(kernel.Name, kernel.Shape, folded));
        double[] rest =
        [
            .. normalization.Source.Select(channel =>
                normalization.Offset[channel] / normalization.Multiplier[channel]
            ),
        ]; // in the order of the pixels: swapping is its own inverse
        bool hasBorder = operation.Window.Padding != Padding.None;
        if (hasBorder || rest.All(value => value == 0))
        {
            return scaled with { Normalization = new InputNormalization([0, 1, 2], [1, 1, 1], rest) };
        }

        return scaled
            .With(TensorData.FromFloat32($"{node}.bias", [operation.OutChannels], bias))
            .Replace(node, operation with { HasBias = true }) with
        {
            Normalization = new InputNormalization([0, 1, 2], [1, 1, 1], [0, 0, 0]),
        };
    }
}
