using System.Collections.Immutable;
using Pipeline.Core.Metrics;

namespace Pipeline.Inference.Evaluation;

/// <summary>The metrics of a labelled folder, and the files that are not in them.</summary>
/// <param name="Metrics">
/// Over the labelled images that could be read; its <see cref="ClassificationReport.Skipped"/> counts the others.
/// </param>
/// <param name="SkippedImages">The others, in the order they were met, each with its reason.</param>
public sealed record EvaluationReport(ClassificationReport Metrics, ImmutableArray<SkippedImage> SkippedImages);
