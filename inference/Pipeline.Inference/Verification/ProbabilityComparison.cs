using System.Collections.Immutable;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Verification;

/// <summary>
/// Collects how far the exported model's probabilities are from softmax(its logits / the trainer's temperature).
/// </summary>
/// <param name="temperature">The trainer's.</param>
/// <param name="found">The one in the model's contract.</param>
internal sealed class ProbabilityComparison(double temperature, double found)
{
    private bool differs;

    /// <summary>The trainer's temperature.</summary>
    internal double Temperature => temperature;

    /// <summary>Largest difference of a probability.</summary>
    internal double MaxDifference { get; private set; }

    /// <summary>Largest difference that a batch was allowed.</summary>
    internal double Allowed { get; private set; }

    /// <summary>Compares a batch.</summary>
    /// <param name="scores">The exported model's scores. Borrowed.</param>
    internal void Add(ScoreBatch scores)
    {
        double difference = ProbabilityCheck.MaxDifference(scores, temperature);
        double allowed = ProbabilityCheck.Allowed(scores.AllLogits, temperature);
        differs |= difference > allowed;
        (MaxDifference, Allowed) = (Math.Max(MaxDifference, difference), Math.Max(Allowed, allowed));
    }

    /// <summary>Says what is wrong.</summary>
    /// <param name="failures">Receives one line per fault.</param>
    internal void AddFailures(ImmutableArray<string>.Builder failures)
    {
        if (found != temperature)
        {
            failures.Add(
                FormattableString.Invariant($"the contract says temperature {found}, the trainer {temperature}")
            );
        }

        if (differs)
        {
            string expected = FormattableString.Invariant($"softmax(logits / {temperature})");
            failures.Add(
                FormattableString.Invariant(
                    $"probabilities are not {expected}: they differ by {MaxDifference:g3}, allowed are {Allowed:g3}"
                )
            );
        }
    }
}
