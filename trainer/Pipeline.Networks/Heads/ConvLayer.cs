using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Heads;

/// <summary>
/// Convolution, followed by ReLU unless said otherwise: <c>conv: 32</c>, or <c>conv: 64, kernel: 1x7, stride: 2,
/// padding: valid, groups: 4, bias: false, activation: none</c>.
/// </summary>
/// <param name="Channels">Output channels, at least 1.</param>
internal sealed record ConvLayer(int Channels) : HeadLayer
{
    /// <summary>Size of the kernel.</summary>
    public Extent Kernel { get; init; } = 3;

    /// <summary>Step of the kernel.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>
    /// Whether the map is padded so that its size is divided by the stride only, as Keras's <c>same</c> does; otherwise
    /// it is not padded (<c>valid</c>).
    /// </summary>
    public bool IsSame { get; init; } = true;

    /// <summary>Channel groups.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Whether there is a bias.</summary>
    public bool HasBias { get; init; } = true;

    /// <summary>The function behind it; <c>null</c> for none.</summary>
    public ActivationKind? Activation { get; init; } = ActivationKind.Relu;
}
