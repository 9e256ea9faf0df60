namespace Pipeline.Core.Metrics;

/// <summary>How the model does on one class. A share whose denominator is 0 is NaN.</summary>
public sealed record ClassMetrics
{
    /// <summary>Class name.</summary>
    public required string Label { get; init; }

    /// <summary>Rows whose truth is this class.</summary>
    public required long Support { get; init; }

    /// <summary>Rows that were given this class.</summary>
    public required long Predicted { get; init; }

    /// <summary>Rows of this class that were given it.</summary>
    public required long Correct { get; init; }

    /// <summary>Correct / predicted.</summary>
    public required double Precision { get; init; }

    /// <summary>95 % interval of <see cref="Precision"/>.</summary>
    public required Interval PrecisionInterval { get; init; }

    /// <summary>Correct / support.</summary>
    public required double Recall { get; init; }

    /// <summary>95 % interval of <see cref="Recall"/>.</summary>
    public required Interval RecallInterval { get; init; }

    /// <summary>2 x correct / (support + predicted): the harmonic mean of precision and recall.</summary>
    public required double F1 { get; init; }

    /// <summary>
    /// 95 % interval of <see cref="F1"/>: F1 = 2J / (1 + J) rises with J = correct / (rows that are or were given this
    /// class), a plain share with a Wilson interval.
    /// </summary>
    public required Interval F1Interval { get; init; }

    /// <summary>Mean of -ln(probability of the truth) over the rows of this class, in nats.</summary>
    public required double LogLoss { get; init; }

    /// <summary>Derives the shares from the counts.</summary>
    /// <param name="label">Class name.</param>
    /// <param name="support">Rows of this class.</param>
    /// <param name="predicted">Rows given this class.</param>
    /// <param name="correct">Rows that are both.</param>
    /// <param name="logLossSum">Sum of -ln(p) over the rows of this class, in nats.</param>
    /// <returns>All figures of the class.</returns>
    internal static ClassMetrics From(string label, long support, long predicted, long correct, double logLossSum) =>
        new()
        {
            Label = label,
            Support = support,
            Predicted = predicted,
            Correct = correct,
            Precision = (double)correct / predicted,
            PrecisionInterval = Interval.Wilson(correct, predicted),
            Recall = (double)correct / support,
            RecallInterval = Interval.Wilson(correct, support),
            F1 = 2.0 * correct / (support + predicted),
            F1Interval = Interval.Wilson(correct, support + predicted - correct).Map(j => 2 * j / (1 + j)),
            LogLoss = logLossSum / support,
        };
}
