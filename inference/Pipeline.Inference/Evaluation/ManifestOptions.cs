namespace Pipeline.Inference.Evaluation;

/// <summary>How a manifest of labelled images is read: a CSV file with a header and the columns <c>path</c> and <c>label</c>; more columns may be there, in any order.</summary>
public sealed record ManifestOptions
{
    /// <summary>Which rows count when the manifest has a column <c>split</c>, as a run's <c>split.csv</c> has; default <c>test</c>. Without the column all rows count.</summary>
    public string Split { get; init; } = "test";

    /// <summary>Folder that relative paths start from; <c>null</c>, the default, takes the manifest's own folder. A run's <c>split.csv</c> counts from the data's root.</summary>
    public string? ImageRoot { get; init; }
}
