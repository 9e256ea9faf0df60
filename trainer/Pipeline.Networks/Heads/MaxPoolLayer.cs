namespace Pipeline.Networks.Heads;

/// <summary>
/// Largest value per window: <c>max_pool: 2</c>, or <c>max_pool: 3, stride: 2, padding: valid</c>. A size that is no
/// multiple is padded, as Keras's <c>same</c> does, so nothing is cut off.
/// </summary>
/// <param name="Window">Side of the window, at least 1.</param>
internal sealed record MaxPoolLayer(int Window) : HeadLayer
{
    /// <summary>Step of the window; <c>null</c> means its side.</summary>
    public int? Stride { get; init; }

    /// <summary>Whether the map is padded; otherwise rows and columns that fill no window are left out.</summary>
    public bool IsSame { get; init; } = true;
}
