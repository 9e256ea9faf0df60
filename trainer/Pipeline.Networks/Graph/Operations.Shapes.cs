using Pipeline.Core.Errors;

namespace Pipeline.Networks.Graph;

/// <summary>A map as one vector in C, H, W order.</summary>
internal sealed record Flatten : Operation
{
    /// <inheritdoc/>
    public override FeatureShape Infer(IReadOnlyList<FeatureShape> inputs) =>
        FeatureShape.Vector(checked((int)Single(inputs).Count));
}

/// <summary>Sum of two or more equal shapes.</summary>
internal sealed record Add : Operation
{
    /// <inheritdoc/>
    public override FeatureShape Infer(IReadOnlyList<FeatureShape> inputs) =>
        inputs.Count >= 2 && inputs.All(shape => shape == inputs[0])
            ? inputs[0]
            : throw new ShapeException($"Add expects at least two equal shapes, found {string.Join(" and ", inputs)}.");
}

/// <summary>Maps put behind each other along the channels.</summary>
internal sealed record Concat : Operation
{
    /// <inheritdoc/>
    public override FeatureShape Infer(IReadOnlyList<FeatureShape> inputs)
    {
        bool fits =
            inputs.Count >= 1
            && inputs.All(shape => shape.IsMap && shape.Height == inputs[0].Height && shape.Width == inputs[0].Width);
        return fits
            ? FeatureShape.Map(inputs.Sum(shape => shape.Channels), inputs[0].Height, inputs[0].Width)
            : throw new ShapeException(
                $"Concat expects maps of equal height and width, found {string.Join(" and ", inputs)}."
            );
    }
}

/// <summary>
/// A map times one factor per channel: <c>[C, H, W]</c> times <c>[C, 1, 1]</c>, as squeeze-and-excitation has it.
/// </summary>
internal sealed record Multiply : Operation
{
    /// <inheritdoc/>
    public override FeatureShape Infer(IReadOnlyList<FeatureShape> inputs) =>
        inputs is [{ IsMap: true } map, { IsMap: true, Height: 1, Width: 1 } factors]
        && factors.Channels == map.Channels
            ? map
            : throw new ShapeException(
                $"Multiply expects a map [C, H, W] and factors [C, 1, 1], found {string.Join(" and ", inputs)}."
            );

    /// <inheritdoc/>
    public override long MultiplyAdds(FeatureShape input, FeatureShape output) => output.Count;
}
