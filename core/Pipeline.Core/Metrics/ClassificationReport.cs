using System.Collections.Immutable;

namespace Pipeline.Core.Metrics;

/// <summary>
/// What an evaluation found. Counts come first, every ratio is derived from them. A ratio whose denominator is 0 is
/// NaN, written as <c>null</c> in JSON. Immutable; the arrays compare by reference.
/// </summary>
public sealed record ClassificationReport
{
    /// <summary>Class names in output order, K of them.</summary>
    public required ImmutableArray<string> Labels { get; init; }

    /// <summary>Rows evaluated, n.</summary>
    public required long Count { get; init; }

    /// <summary>Rows left out: no label, no score, or a score that is not finite.</summary>
    public required long Skipped { get; init; }

    /// <summary>
    /// Evaluated rows whose answer was held back as too uncertain. They count in every other figure but
    /// <see cref="AcceptedAccuracy"/>, by their scores.
    /// </summary>
    public required long Rejected { get; init; }

    /// <summary>Share of right answers among the rows that were not rejected; NaN when all were.</summary>
    public required double AcceptedAccuracy { get; init; }

    /// <summary>95 % Wilson interval of <see cref="AcceptedAccuracy"/>.</summary>
    public required Interval AcceptedAccuracyInterval { get; init; }

    /// <summary>Rows whose true class has rank 0, divided by n.</summary>
    public required double MicroAccuracy { get; init; }

    /// <summary>95 % Wilson interval of <see cref="MicroAccuracy"/>.</summary>
    public required Interval MicroAccuracyInterval { get; init; }

    /// <summary>Mean recall over the classes that occur.</summary>
    public required double MacroAccuracy { get; init; }

    /// <summary>Mean of -ln(p), p the probability of the truth clipped to [1e-15, 1]; in nats.</summary>
    public required double LogLoss { get; init; }

    /// <summary>
    /// (H - log-loss) / H, H the natural-log entropy of the evaluated labels: 0 is as good as guessing by frequency, 1
    /// is perfect. NaN or -infinity when one class alone occurs.
    /// </summary>
    public required double LogLossReduction { get; init; }

    /// <summary>Share of rows whose true class has rank below k, for k = 1..K; the last one is 1.</summary>
    public required ImmutableArray<double> TopKAccuracy { get; init; }

    /// <summary>Figures per class, in output order.</summary>
    public required ImmutableArray<ClassMetrics> PerClass { get; init; }

    /// <summary>Counts as <c>[truth][predicted]</c>.</summary>
    public required ImmutableArray<ImmutableArray<long>> Confusion { get; init; }

    /// <summary>
    /// Mean over rows of |accuracy - confidence| of the row's bin, 15 equal-width bins of the top probability.
    /// </summary>
    /// <remarks>Source: Guo et al. 2017, arXiv:1706.04599, equation 3.</remarks>
    public required double ExpectedCalibrationError { get; init; }

    /// <summary>The bins behind <see cref="ExpectedCalibrationError"/>, from 0 to 1.</summary>
    public required ImmutableArray<CalibrationBin> Calibration { get; init; }
}
