namespace Pipeline.Core.Metrics;

/// <summary>The rows whose top probability falls into one of the equal-width bins.</summary>
/// <param name="Low">Lower end of the bin, included.</param>
/// <param name="High">Upper end of the bin, excluded but for the last one.</param>
/// <param name="Count">Rows in it.</param>
/// <param name="MeanConfidence">Mean top probability of those rows; NaN when there are none.</param>
/// <param name="Accuracy">Share of those rows that are right; NaN when there are none.</param>
public readonly record struct CalibrationBin(
    double Low,
    double High,
    long Count,
    double MeanConfidence,
    double Accuracy
);
