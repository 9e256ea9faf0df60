namespace Pipeline.Inference.Cli.Comparison;

/// <summary>An image that two models put into different classes.</summary>
/// <param name="Path">The image.</param>
/// <param name="First">Class by the first model.</param>
/// <param name="FirstProbability">Its probability.</param>
/// <param name="Second">Class by the second model.</param>
/// <param name="SecondProbability">Its probability.</param>
/// <param name="Truth">The image's class; <c>null</c> when nobody knows.</param>
/// <param name="Difference">Largest difference of one class's probability.</param>
internal sealed record ComparedImage(
    string Path,
    string First,
    float FirstProbability,
    string Second,
    float SecondProbability,
    string? Truth,
    double Difference
);
