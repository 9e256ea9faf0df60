using Pipeline.Core.Errors;

namespace Pipeline.Networks.Graph;

/// <summary>A function of single values.</summary>
public enum ActivationKind
{
    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>min(max(x, 0), 6).</summary>
    Relu6,
}

/// <summary>Applies a function to every value.</summary>
/// <param name="Function">The function.</param>
public sealed record Activation(ActivationKind Function) : Operation
{
    /// <inheritdoc/>
    public override string Kind => Function.ToString();

    /// <inheritdoc/>
    public override FeatureShape Infer(IReadOnlyList<FeatureShape> inputs) => Single(inputs);
}

/// <summary>Largest value in a sliding window; padding never wins.</summary>
/// <param name="Window">Kernel, stride, padding.</param>
/// <param name="Ceiling">Round the size up, torch's <c>ceil_mode</c>.</param>
public sealed record MaxPool2d(Window Window, bool Ceiling = false) : Operation
{
    /// <inheritdoc/>
    public override FeatureShape Infer(IReadOnlyList<FeatureShape> inputs)
    {
        FeatureShape input = SingleMap(inputs);
        return RequireNotEmpty(Window, input, Window.Slide(input, input.Channels, Ceiling));
    }
}

/// <summary>Mean over a sliding window.</summary>
/// <param name="Window">Kernel, stride, padding.</param>
/// <param name="CountPadding">Whether padding counts as zeros in the mean (torch's default) or is left out (Keras's <c>same</c>).</param>
public sealed record AvgPool2d(Window Window, bool CountPadding) : Operation
{
    /// <inheritdoc/>
    public override FeatureShape Infer(IReadOnlyList<FeatureShape> inputs)
    {
        FeatureShape input = SingleMap(inputs);
        return RequireNotEmpty(Window, input, Window.Slide(input, input.Channels));
    }
}

/// <summary>Mean of each channel's map: <c>[C, H, W]</c> to <c>[C]</c>.</summary>
public sealed record GlobalAveragePool : Operation
{
    /// <inheritdoc/>
    public override FeatureShape Infer(IReadOnlyList<FeatureShape> inputs) => FeatureShape.Vector(SingleMap(inputs).Channels);
}

/// <summary>A map as one vector in C, H, W order.</summary>
public sealed record Flatten : Operation
{
    /// <inheritdoc/>
    public override FeatureShape Infer(IReadOnlyList<FeatureShape> inputs) => FeatureShape.Vector(checked((int)Single(inputs).Count));
}

/// <summary>Sets a random share of the values to zero in training and scales the others by 1 / (1 - rate); does nothing otherwise.</summary>
/// <param name="Rate">Share in [0, 1).</param>
public sealed record Dropout(double Rate) : Operation
{
    /// <inheritdoc/>
    public override FeatureShape Infer(IReadOnlyList<FeatureShape> inputs) => Rate is >= 0 and < 1
        ? Single(inputs)
        : throw new ShapeException(FormattableString.Invariant($"Dropout rate is {Rate}, expected at least 0 and less than 1."));
}

/// <summary>Sum of two or more equal shapes.</summary>
public sealed record Add : Operation
{
    /// <inheritdoc/>
    public override FeatureShape Infer(IReadOnlyList<FeatureShape> inputs) => inputs.Count >= 2 && inputs.All(shape => shape == inputs[0])
        ? inputs[0]
        : throw new ShapeException($"Add expects at least two equal shapes, found {string.Join(" and ", inputs)}.");
}

/// <summary>Maps put behind each other along the channels.</summary>
public sealed record Concat : Operation
{
    /// <inheritdoc/>
    public override FeatureShape Infer(IReadOnlyList<FeatureShape> inputs)
    {
        bool fits = inputs.Count >= 1 && inputs.All(shape => shape.IsMap && shape.Height == inputs[0].Height && shape.Width == inputs[0].Width);
        return fits
            ? FeatureShape.Map(inputs.Sum(shape => shape.Channels), inputs[0].Height, inputs[0].Width)
            : throw new ShapeException($"Concat expects maps of equal height and width, found {string.Join(" and ", inputs)}.");
    }
}
