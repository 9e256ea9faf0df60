namespace Pipeline.Inference.Reporting;

/// <summary>What a row of predictions holds beside path, label, probability and error.</summary>
public sealed record PredictionWriterOptions
{
    /// <summary>Whether every class's probability is written, not only the best one's; default no.</summary>
    public bool AllScores { get; init; }

    /// <summary>Best classes to write, at least 1; default 1. More than there are classes means all of them.</summary>
    public int TopK { get; init; } = 1;

    /// <summary>Whether each row has the true label, empty where it is not known; default no.</summary>
    public bool TrueLabels { get; init; }

    /// <summary>
    /// Whether a CSV file begins with its header; default yes. Without it rows are added to a file that has one.
    /// </summary>
    public bool Header { get; init; } = true;
}
