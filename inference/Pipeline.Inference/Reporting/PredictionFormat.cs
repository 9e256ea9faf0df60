namespace Pipeline.Inference.Reporting;

/// <summary>Spelling of a file of predictions.</summary>
public enum PredictionFormat
{
    /// <summary>Comma-separated values with a header.</summary>
    Csv,

    /// <summary>One JSON object per line.</summary>
    JsonLines,
}
