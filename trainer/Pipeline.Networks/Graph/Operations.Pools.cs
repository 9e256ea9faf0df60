using Pipeline.Core.Errors;

namespace Pipeline.Networks.Graph;

/// <summary>Largest value in a sliding window; padding never wins.</summary>
/// <param name="Window">Kernel, stride, padding.</param>
/// <param name="Ceiling">Round the size up, torch's <c>ceil_mode</c>.</param>
internal sealed record MaxPool2d(Window Window, bool Ceiling = false) : Operation
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
/// <param name="CountPadding">
/// Whether padding counts as zeros in the mean (torch's default) or is left out (Keras's <c>same</c>).
/// </param>
internal sealed record AvgPool2d(Window Window, bool CountPadding) : Operation
{
    /// <inheritdoc/>
    public override FeatureShape Infer(IReadOnlyList<FeatureShape> inputs)
    {
        FeatureShape input = SingleMap(inputs);
        return RequireNotEmpty(Window, input, Window.Slide(input, input.Channels));
    }
}

/// <summary>Mean of each channel's map: <c>[C, H, W]</c> to <c>[C]</c>.</summary>
internal sealed record GlobalAveragePool : Operation
{
    /// <inheritdoc/>
    public override FeatureShape Infer(IReadOnlyList<FeatureShape> inputs) =>
        FeatureShape.Vector(SingleMap(inputs).Channels);
}

/// <summary>
/// Means of as many windows as the result has values: window i of n over a side of s goes from floor(i s / n) to
/// ceil((i + 1) s / n). A side smaller than the result's is repeated, so any map fits.
/// </summary>
/// <param name="Size">Rows and columns of the result.</param>
/// <remarks>torch's <c>adaptive_avg_pool2d</c>.</remarks>
internal sealed record AdaptiveAvgPool2d(Extent Size) : Operation
{
    /// <inheritdoc/>
    public override FeatureShape Infer(IReadOnlyList<FeatureShape> inputs) =>
        Size is { Height: > 0, Width: > 0 }
            ? FeatureShape.Map(SingleMap(inputs).Channels, Size.Height, Size.Width)
            : throw new ShapeException($"AdaptiveAvgPool2d gives {Size}, expected at least 1x1.");

    /// <summary>The window that one value of the result is the mean of.</summary>
    /// <param name="index">Number of the value along its side.</param>
    /// <param name="side">Side of the map.</param>
    /// <param name="count">Side of the result.</param>
    /// <returns>First row or column, and the one after the last.</returns>
    public static (int Start, int End) WindowOf(int index, int side, int count) =>
        (index * side / count, (((index + 1) * side) + count - 1) / count);
}
