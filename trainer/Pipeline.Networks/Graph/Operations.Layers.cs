using Pipeline.Core.Errors;

namespace Pipeline.Networks.Graph;

/// <summary>
/// Cross-correlation of a map with kernels, as torch's <c>conv2d</c>: weight <c>[O, C / groups, kh, kw]</c>, bias
/// <c>[O]</c>.
/// </summary>
/// <param name="OutChannels">O.</param>
/// <param name="Window">Kernel, stride, padding.</param>
/// <param name="Groups">Channel groups; equal to C for a depthwise convolution.</param>
/// <param name="HasBias">Whether there is a bias.</param>
internal sealed record Conv2d(int OutChannels, Window Window, int Groups = 1, bool HasBias = true) : Operation
{
    /// <inheritdoc/>
    public override FeatureShape Infer(IReadOnlyList<FeatureShape> inputs)
    {
        FeatureShape input = SingleMap(inputs);
        if (Groups < 1 || input.Channels % Groups != 0 || OutChannels % Groups != 0)
        {
            throw new ShapeException(
                $"Conv2d from {input.Channels} to {OutChannels} channels cannot have {Groups} groups: "
                    + "both must be multiples of it."
            );
        }

        return RequireNotEmpty(Window, input, Window.Slide(input, OutChannels));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters(string node, FeatureShape input)
    {
        var weight = new ParameterSpec(
            $"{node}.weight",
            [OutChannels, input.Channels / Groups, Window.Kernel.Height, Window.Kernel.Width],
            ParameterRole.Weight
        );
        return HasBias ? [weight, new ParameterSpec($"{node}.bias", [OutChannels], ParameterRole.Bias)] : [weight];
    }

    /// <inheritdoc/>
    public override long MultiplyAdds(FeatureShape input, FeatureShape output) =>
        output.Count * (input.Channels / Groups) * Window.Kernel.Height * Window.Kernel.Width;
}

/// <summary>
/// Batch normalisation of a map, per channel: <c>(x - mean) / sqrt(var + eps) * weight + bias</c>; batch statistics in
/// training mode, running ones otherwise.
/// </summary>
/// <param name="Epsilon">Added to the variance.</param>
/// <param name="Momentum">Weight of the newest batch in the running statistics, torch's sense.</param>
/// <param name="HasScale">Whether there is a weight; without one it is 1 (Keras's <c>scale=False</c>).</param>
/// <remarks>Source: Ioffe and Szegedy 2015, arXiv:1502.03167.</remarks>
internal sealed record BatchNorm2d(double Epsilon = 1e-5, double Momentum = 0.1, bool HasScale = true) : Operation
{
    /// <inheritdoc/>
    public override FeatureShape Infer(IReadOnlyList<FeatureShape> inputs) => SingleMap(inputs);

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters(string node, FeatureShape input) =>
        [
            .. HasScale
                ? [new ParameterSpec($"{node}.weight", [input.Channels], ParameterRole.Scale)]
                : Array.Empty<ParameterSpec>(),
            new($"{node}.bias", [input.Channels], ParameterRole.Bias),
            new($"{node}.running_mean", [input.Channels], ParameterRole.Mean),
            new($"{node}.running_var", [input.Channels], ParameterRole.Spread),
        ];

    /// <inheritdoc/>
    public override long MultiplyAdds(FeatureShape input, FeatureShape output) => output.Count;
}

/// <summary>Dense layer, as torch's <c>linear</c>: weight <c>[O, I]</c>, bias <c>[O]</c>.</summary>
/// <param name="OutFeatures">O.</param>
/// <param name="HasBias">Whether there is a bias.</param>
internal sealed record Linear(int OutFeatures, bool HasBias = true) : Operation
{
    /// <inheritdoc/>
    public override FeatureShape Infer(IReadOnlyList<FeatureShape> inputs)
    {
        FeatureShape input = Single(inputs);
        return input.IsMap
            ? throw new ShapeException(
                $"Linear expects a vector, found a map {input}. Put flatten or global_average_pool before the dense "
                    + "layer."
            )
            : FeatureShape.Vector(OutFeatures);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters(string node, FeatureShape input)
    {
        var weight = new ParameterSpec($"{node}.weight", [OutFeatures, input.Channels], ParameterRole.Weight);
        return HasBias ? [weight, new ParameterSpec($"{node}.bias", [OutFeatures], ParameterRole.Bias)] : [weight];
    }

    /// <inheritdoc/>
    public override long MultiplyAdds(FeatureShape input, FeatureShape output) => (long)input.Channels * OutFeatures;
}

/// <summary>
/// Features shifted and scaled by fixed numbers, per channel: <c>(x - mean) / std</c>, both measured on the training
/// images. Worth a point on a frozen backbone; an exported file has it folded into the dense layer behind it.
/// </summary>
internal sealed record Standardize : Operation
{
    /// <inheritdoc/>
    public override FeatureShape Infer(IReadOnlyList<FeatureShape> inputs)
    {
        FeatureShape input = Single(inputs);
        return input.IsMap
            ? throw new ShapeException(
                $"Standardize expects a vector, found a map {input}. Put flatten or global_average_pool before it."
            )
            : input;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters(string node, FeatureShape input) =>
        [
            new($"{node}.mean", [input.Channels], ParameterRole.Mean),
            new($"{node}.std", [input.Channels], ParameterRole.Spread),
        ];
}
