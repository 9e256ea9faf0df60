using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Catalog;

/// <summary>The chain that most networks are made of: convolution without bias, batch-norm, activation.</summary>
internal static class Convolutions
{
    /// <summary>Adds the chain; each node has a name of its own, since families spell them differently.</summary>
    /// <param name="builder">Where to add.</param>
    /// <param name="names">
    /// Names of convolution, batch-norm and activation; no activation when that one is <c>null</c>.
    /// </param>
    /// <param name="convolution">The convolution.</param>
    /// <param name="norm">The batch-norm.</param>
    /// <param name="activation">The activation.</param>
    /// <returns>Name of the last node.</returns>
    internal static string AddConvolution(
        this GraphBuilder builder,
        (string Convolution, string Norm, string? Activation) names,
        Conv2d convolution,
        BatchNorm2d norm,
        ActivationKind activation = ActivationKind.Relu
    )
    {
        builder.Add(names.Convolution, convolution with { HasBias = false });
        builder.Add(names.Norm, norm);
        return names.Activation is null ? builder.Last : builder.Add(names.Activation, new Activation(activation));
    }

    /// <summary>A square window that keeps the size at stride 1 and halves it at stride 2; the kernel is odd.</summary>
    /// <param name="kernel">Side of the kernel.</param>
    /// <param name="stride">Step.</param>
    internal static Window Same(int kernel, int stride = 1) => new(kernel, stride, Padding.All(kernel / 2));
}
