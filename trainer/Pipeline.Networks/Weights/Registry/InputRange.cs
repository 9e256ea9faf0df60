using Pipeline.Core.Contracts;

namespace Pipeline.Networks.Weights.Registry;

/// <summary>
/// The numbers that weights were trained on: <c>(value * Scale - Mean[c]) / Std[c]</c>, channels in
/// <see cref="ChannelOrder"/>.
/// </summary>
/// <param name="Name">What people call it.</param>
/// <param name="ChannelOrder">Order of the channels.</param>
/// <param name="Scale">Factor on byte values.</param>
/// <param name="Mean">Subtracted per channel. Do not modify.</param>
/// <param name="Std">Divided by per channel. Do not modify.</param>
internal sealed record InputRange(string Name, ChannelOrder ChannelOrder, double Scale, double[] Mean, double[] Std)
{
    /// <summary>torchvision's: 0..1, ImageNet's mean and deviation.</summary>
    public static InputRange Torch { get; } =
        new("torch", ChannelOrder.Rgb, 1.0 / 255, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]);

    /// <summary>Keras's 'caffe' mode: BGR bytes less ImageNet's mean, not scaled.</summary>
    public static InputRange Caffe { get; } = new("caffe", ChannelOrder.Bgr, 1, [103.939, 116.779, 123.68], [1, 1, 1]);

    /// <summary>BGR bytes less the channel means of ML.NET's mean image, not scaled.</summary>
    /// <remarks>
    /// Source: <c>ResNetPreprocess.onnx</c> beside its ResNet-18, whose <c>MeanImage</c> is 224x224. Its channel means
    /// serve at every size.
    /// </remarks>
    public static InputRange Cntk { get; } = new("cntk", ChannelOrder.Bgr, 1, [103.063, 115.903, 123.152], [1, 1, 1]);

    /// <summary>-1..1, Keras's 'tf' mode.</summary>
    public static InputRange MinusOneToOne { get; } =
        new("-1..1", ChannelOrder.Rgb, 1.0 / 255, [0.5, 0.5, 0.5], [0.5, 0.5, 0.5]);

    /// <summary>0..1.</summary>
    public static InputRange ZeroToOne { get; } = new("0..1", ChannelOrder.Rgb, 1.0 / 255, [0, 0, 0], [1, 1, 1]);

    /// <summary>Whether a recipe's preprocessing gives the network the same numbers, to six digits.</summary>
    /// <param name="preprocessing">The recipe's. Borrowed.</param>
    /// <returns>Whether it does.</returns>
    public bool Agrees(Preprocessing preprocessing)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        (double[] multiplier, double[] offset) = preprocessing.AsAffine();
        return preprocessing.ChannelOrder == ChannelOrder
            && Enumerable
                .Range(0, 3)
                .All(channel =>
                    Near(multiplier[channel], Scale / Std[channel])
                    && Near(offset[channel], -Mean[channel] / Std[channel])
                );
    }

    private static bool Near(double left, double right) =>
        Math.Abs(left - right) <= 1e-6 * Math.Max(1e-3, Math.Abs(right));
}
