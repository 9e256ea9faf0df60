namespace Pipeline.Core.Contracts;

/// <summary>
/// How far a JPEG may be shrunk while it is decoded, by 2, 4 or 8, before the kernel brings it to its size.
/// </summary>
public enum ShrinkOnLoad
{
    /// <summary>
    /// To at least twice the scaled size on both axes: the result is within a few levels of a whole decode.
    /// </summary>
    Fine,

    /// <summary>
    /// To at least the scaled size, as sharp and browsers do: up to twice as fast to decode; on photographs about as
    /// far from a whole decode as bilinear is from bicubic.
    /// </summary>
    Fast,
}
