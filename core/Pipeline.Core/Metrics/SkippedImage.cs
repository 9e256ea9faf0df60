namespace Pipeline.Core.Metrics;

/// <summary>
/// An image that could not be used, so that bad data is counted and named, never thrown and never swallowed.
/// </summary>
/// <param name="Path">Its path as the caller gave it.</param>
/// <param name="Reason">One line.</param>
public sealed record SkippedImage(string Path, string Reason);
