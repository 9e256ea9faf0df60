namespace Pipeline.Training;

/// <summary>An image that the application brings itself: from a database, a bucket, an archive.</summary>
/// <param name="Name">
/// Its name, unique within its class, such as <c>17.jpg</c>: what tables and reports call it. No path.
/// </param>
/// <param name="Label">Name of its class.</param>
/// <param name="Encoded">The file's bytes: JPEG, PNG, GIF, BMP, TIFF or WebP.</param>
public sealed record LabelledImage(string Name, string Label, ReadOnlyMemory<byte> Encoded)
{
    /// <summary>
    /// What it serves for: <c>train</c>, <c>validation</c> or <c>test</c>. <c>null</c> leaves that to the recipe's
    /// <c>split</c>; all images of a run say it, or none does.
    /// </summary>
    public string? Part { get; init; }
}
