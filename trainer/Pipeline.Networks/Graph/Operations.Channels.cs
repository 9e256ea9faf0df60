using Pipeline.Core.Errors;

namespace Pipeline.Networks.Graph;

/// <summary>
/// A dense layer applied to the channels of every pixel: weight <c>[O, C]</c>, bias <c>[O]</c>. A convolution 1x1 whose
/// weight is stored as a dense layer's.
/// </summary>
/// <param name="OutChannels">O.</param>
internal sealed record PixelLinear(int OutChannels) : Operation
{
    /// <inheritdoc/>
    public override FeatureShape Infer(IReadOnlyList<FeatureShape> inputs)
    {
        FeatureShape input = SingleMap(inputs);
        return FeatureShape.Map(OutChannels, input.Height, input.Width);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters(string node, FeatureShape input) =>
        [
            new($"{node}.weight", [OutChannels, input.Channels], ParameterRole.Weight),
            new($"{node}.bias", [OutChannels], ParameterRole.Bias),
        ];

    /// <inheritdoc/>
    public override long MultiplyAdds(FeatureShape input, FeatureShape output) => output.Count * input.Channels;
}

/// <summary>
/// Layer normalisation over the channels, of each pixel of a map or of a vector: <c>(x - mean) / sqrt(var + eps) *
/// weight + bias</c>.
/// </summary>
/// <param name="Epsilon">Added to the variance, which is divided by C.</param>
/// <remarks>Source: Ba et al. 2016, arXiv:1607.06450; on maps as in Liu et al. 2022, arXiv:2201.03545.</remarks>
internal sealed record ChannelNorm(double Epsilon = 1e-6) : Operation
{
    /// <inheritdoc/>
    public override FeatureShape Infer(IReadOnlyList<FeatureShape> inputs) => Single(inputs);

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters(string node, FeatureShape input) =>
        [
            new($"{node}.weight", [input.Channels], ParameterRole.Scale),
            new($"{node}.bias", [input.Channels], ParameterRole.Bias),
        ];

    /// <inheritdoc/>
    public override long MultiplyAdds(FeatureShape input, FeatureShape output) => output.Count;
}

/// <summary>
/// A shortcut plus a residual branch that is scaled per channel: first input times <c>layer_scale</c> <c>[C, 1, 1]</c>,
/// plus the second.
/// </summary>
/// <param name="Start">Starting value of the scale; small, so that a new block begins as its shortcut.</param>
/// <remarks>Source: Touvron et al. 2021, arXiv:2103.17239 (LayerScale).</remarks>
internal sealed record ScaledAdd(double Start = 1e-6) : Operation
{
    /// <inheritdoc/>
    public override FeatureShape Infer(IReadOnlyList<FeatureShape> inputs) =>
        inputs is [{ IsMap: true } branch, FeatureShape shortcut] && branch == shortcut
            ? branch
            : throw new ShapeException($"ScaledAdd expects two equal maps, found {string.Join(" and ", inputs)}.");

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters(string node, FeatureShape input) =>
        [new($"{node}.layer_scale", [input.Channels, 1, 1], ParameterRole.Scale) { Start = Start }];

    /// <inheritdoc/>
    public override long MultiplyAdds(FeatureShape input, FeatureShape output) => output.Count;
}
