using System.Collections.Immutable;
using System.Globalization;
using Pipeline.Core.Contracts;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Verification;

/// <summary>
/// Collects how far an exported model's features are from the trainer's, which the golden file has of its first images.
/// </summary>
/// <param name="golden">The trainer's side. Borrowed.</param>
/// <param name="precision">What the model is held to, as its logits are.</param>
internal sealed class FeatureComparison(GoldenFile golden, ModelPrecision precision)
{
    private string? misfit;

    /// <summary>Largest difference found.</summary>
    internal double MaxDifference { get; private set; }

    /// <summary>Largest allowed one.</summary>
    internal double Allowed { get; } = Tolerance.Absolute(golden.Features, precision.LogitTolerance);

    /// <summary>Compares a batch.</summary>
    /// <param name="first">Golden image of the batch's first row.</param>
    /// <param name="scores">The exported model's scores. Borrowed.</param>
    internal void Add(int first, ScoreBatch scores)
    {
        if (golden.FeatureImages > 0 && scores.FeatureCount != golden.FeatureCount)
        {
            misfit = string.Create(
                CultureInfo.InvariantCulture,
                $"the output '{ModelContract.FeaturesName}' has {scores.FeatureCount} values for an image, "
                    + $"the trainer's features have {golden.FeatureCount}"
            );
            return;
        }

        for (int row = 0; row < scores.Count && first + row < golden.FeatureImages; row++)
        {
            double difference = Tolerance.MaxDifference(
                golden.Features.Slice((first + row) * golden.FeatureCount, golden.FeatureCount),
                scores.Features(row)
            );
            MaxDifference = Math.Max(MaxDifference, difference);
        }
    }

    /// <summary>Says what is wrong.</summary>
    /// <param name="failures">Receives one line per fault.</param>
    internal void AddFailures(ImmutableArray<string>.Builder failures)
    {
        if (golden.FeatureImages == 0)
        {
            failures.Add(
                $"golden file '{golden.Path}' has no features to compare the output '{ModelContract.FeaturesName}' "
                    + "with: train again, or export without features"
            );
        }
        else if (misfit is not null)
        {
            failures.Add(misfit);
        }
        else if (MaxDifference > Allowed)
        {
            failures.Add(
                FormattableString.Invariant(
                    $"features differ from the trainer's by {MaxDifference:g3}, allowed are {Allowed:g3}"
                )
            );
        }
    }
}
