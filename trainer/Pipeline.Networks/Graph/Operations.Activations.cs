using Pipeline.Core.Errors;

namespace Pipeline.Networks.Graph;

/// <summary>A function of single values.</summary>
internal enum ActivationKind
{
    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>min(max(x, 0), 6).</summary>
    Relu6,

    /// <summary>1 / (1 + e^-x).</summary>
    Sigmoid,

    /// <summary>Hyperbolic tangent.</summary>
    Tanh,

    /// <summary>x sigmoid(x).</summary>
    Silu,

    /// <summary>x F(x) with the normal distribution function F, the exact form.</summary>
    Gelu,

    /// <summary>relu6(x + 3) / 6.</summary>
    Hardsigmoid,

    /// <summary>x relu6(x + 3) / 6.</summary>
    Hardswish,
}

/// <summary>Applies a function to every value.</summary>
/// <param name="Function">The function.</param>
internal sealed record Activation(ActivationKind Function) : Operation
{
    /// <inheritdoc/>
    public override string Kind => Function.ToString();

    /// <inheritdoc/>
    public override FeatureShape Infer(IReadOnlyList<FeatureShape> inputs) => Single(inputs);
}

/// <summary>
/// Sets a random share of the values to zero in training and scales the others by 1 / (1 - rate); does nothing
/// otherwise.
/// </summary>
/// <param name="Rate">Share in [0, 1).</param>
internal sealed record Dropout(double Rate) : Operation
{
    /// <inheritdoc/>
    public override FeatureShape Infer(IReadOnlyList<FeatureShape> inputs) =>
        Rate is >= 0 and < 1
            ? Single(inputs)
            : throw new ShapeException(
                FormattableString.Invariant($"Dropout rate is {Rate}, expected at least 0 and less than 1.")
            );
}

/// <summary>
/// Sets a random share of the images' whole maps to zero in training and scales the others by 1 / (1 - rate); does
/// nothing otherwise. Stands at the end of a residual branch.
/// </summary>
/// <param name="Rate">Share in [0, 1).</param>
/// <remarks>
/// Source: Huang et al. 2016, arXiv:1603.09382; torchvision's <c>StochasticDepth</c> in mode <c>row</c>.
/// </remarks>
internal sealed record StochasticDepth(double Rate) : Operation
{
    /// <inheritdoc/>
    public override FeatureShape Infer(IReadOnlyList<FeatureShape> inputs) =>
        Rate is >= 0 and < 1
            ? Single(inputs)
            : throw new ShapeException(
                FormattableString.Invariant($"StochasticDepth rate is {Rate}, expected at least 0 and less than 1.")
            );
}
