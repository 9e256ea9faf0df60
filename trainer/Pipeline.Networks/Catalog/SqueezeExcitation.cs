using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Catalog;

/// <summary>
/// Channels weighed by what the whole map shows: mean per channel, two dense layers written as convolutions 1x1, a gate
/// in [0, 1] per channel. Names are torchvision's.
/// </summary>
/// <remarks>Source: Hu et al. 2017, arXiv:1709.01507, section 3.</remarks>
internal static class SqueezeExcitation
{
    /// <summary>Adds it behind the last node.</summary>
    /// <param name="builder">Where to add.</param>
    /// <param name="name">Name of the module.</param>
    /// <param name="squeezed">Channels between the two layers.</param>
    /// <param name="activation">Function between the two layers.</param>
    /// <param name="gate">Function behind them.</param>
    internal static void AddSqueezeExcitation(
        this GraphBuilder builder,
        string name,
        int squeezed,
        ActivationKind activation,
        ActivationKind gate
    )
    {
        string map = builder.Last;
        int channels = builder.LastShape.Channels;
        builder.Add($"{name}.avgpool", new AdaptiveAvgPool2d(1));
        builder.Add($"{name}.fc1", new Conv2d(squeezed, new Window(1, 1, Padding.None)));
        builder.Add($"{name}.activation", new Activation(activation));
        builder.Add($"{name}.fc2", new Conv2d(channels, new Window(1, 1, Padding.None)));
        string factors = builder.Add($"{name}.scale_activation", new Activation(gate));
        builder.Add($"{name}.multiply", new Multiply(), map, factors);
    }
}
