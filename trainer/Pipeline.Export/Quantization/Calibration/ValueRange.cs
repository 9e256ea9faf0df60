namespace Pipeline.Export.Quantization.Calibration;

/// <summary>What an activation is allowed to be; values outside are clipped.</summary>
/// <param name="Min">Smallest value.</param>
/// <param name="Max">Largest value, at least <paramref name="Min"/>.</param>
internal readonly record struct ValueRange(float Min, float Max)
{
    /// <summary>No bounds.</summary>
    internal static ValueRange All { get; } = new(float.NegativeInfinity, float.PositiveInfinity);
}
