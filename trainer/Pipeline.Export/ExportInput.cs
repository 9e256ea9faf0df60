namespace Pipeline.Export;

/// <summary>What the exported graph takes.</summary>
public enum ExportInput
{
    /// <summary>Pixels, <c>uint8 [N, H, W, 3]</c> RGB; the graph normalises.</summary>
    Uint8,

    /// <summary>
    /// Normalised images, <c>float32 [N, 3, H, W]</c>; channel order, scale, mean and std are the caller's work, and
    /// the contract says so.
    /// </summary>
    Float32,
}
