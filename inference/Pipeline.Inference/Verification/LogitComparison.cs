using System.Collections.Immutable;
using System.Globalization;
using Pipeline.Core.Contracts;
using Pipeline.Core.Metrics;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Verification;

/// <summary>
/// Collects how far the exported model's logits are from the trainer's, over several passes with different batch sizes.
/// </summary>
/// <param name="golden">The trainer's side. Borrowed.</param>
/// <param name="labels">Class names.</param>
/// <param name="precision">What the model is held to.</param>
internal sealed class LogitComparison(GoldenFile golden, LabelSet labels, ModelPrecision precision)
{
    private readonly double allowed = Tolerance.Absolute(golden.Logits, precision.LogitTolerance);

    // Whoever has a budget for wrong classes spends it on every image that float32 would have got right
    private readonly double undecided = Tolerance.Absolute(
        golden.Logits,
        precision.Top1Budget > 0 ? ModelPrecision.Float32.LogitTolerance : precision.LogitTolerance
    );
    private readonly SortedDictionary<int, Disagreement> disagreements = [];
    private string worst = string.Empty;

    /// <summary>Largest allowed difference of a logit.</summary>
    internal double Allowed => allowed;

    /// <summary>Largest difference found.</summary>
    internal double MaxDifference { get; private set; }

    /// <summary>Images that the trainer's logits classify as labelled, in the last pass.</summary>
    internal int CorrectTorch { get; private set; }

    /// <summary>Images that the exported model classifies as labelled, in the last pass.</summary>
    internal int CorrectOnnx { get; private set; }

    /// <summary>Images that got another class in some pass, in their order, each once.</summary>
    internal ImmutableArray<Disagreement> Disagreements => [.. disagreements.Values];

    /// <summary>Share of images without a counted disagreement.</summary>
    internal double Top1Agreement => 1 - ((double)disagreements.Values.Count(image => image.Counted) / golden.Count);

    /// <summary>Starts over with the accuracies; the differences of all passes count.</summary>
    internal void StartPass() => (CorrectTorch, CorrectOnnx) = (0, 0);

    /// <summary>Compares a batch.</summary>
    /// <param name="first">Golden image of the batch's first row.</param>
    /// <param name="scores">The exported model's scores. Borrowed.</param>
    internal void Add(int first, ScoreBatch scores)
    {
        for (int row = 0; row < scores.Count; row++)
        {
            int image = first + row;
            ReadOnlySpan<float> reference = golden.Logits.Slice(image * labels.Count, labels.Count);
            ReadOnlySpan<float> found = scores.Logits(row);
            double difference = Tolerance.MaxDifference(reference, found);
            if (difference > MaxDifference)
            {
                MaxDifference = difference;
                worst = FormattableString.Invariant($"'{golden.NameOf(image)}' in a batch of {scores.Count}");
            }

            int expectedClass = ClassificationAccumulator.TopClass(reference);
            int foundClass = ClassificationAccumulator.TopClass(found);
            CorrectTorch += expectedClass == golden.Labels[image] ? 1 : 0;
            CorrectOnnx += foundClass == golden.Labels[image] ? 1 : 0;
            if (expectedClass != foundClass)
            {
                double margin = Margin(reference, expectedClass);
                disagreements.TryAdd(
                    image,
                    new Disagreement(
                        golden.NameOf(image),
                        labels[expectedClass],
                        labels[foundClass],
                        margin,
                        Counted: margin >= undecided
                    )
                );
            }
        }
    }

    /// <summary>Says what is wrong.</summary>
    /// <param name="failures">Receives one line per fault.</param>
    internal void AddFailures(ImmutableArray<string>.Builder failures)
    {
        if (MaxDifference > allowed)
        {
            failures.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"logits differ from the trainer's by {MaxDifference:g3}, allowed are {allowed:g3}; "
                        + $"the worst image is {worst}"
                )
            );
        }

        int counted = disagreements.Values.Count(image => image.Counted);
        if (counted > precision.Top1Budget * golden.Count)
        {
            string budget =
                precision.Top1Budget > 0
                    ? FormattableString.Invariant($", allowed are {precision.Top1Budget:P1}")
                    : string.Empty;
            failures.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{counted} of {golden.Count} images get another class than in the trainer{budget}, "
                        + $"the first is '{disagreements.Values.First(image => image.Counted).Image}'"
                )
            );
        }

        // An image whose margin is below the tolerance may fall either way, and moves the accuracy by itself; so may
        // those of the budget.
        double movable = disagreements.Count - counted + (precision.Top1Budget * golden.Count);
        if (Math.Abs(CorrectTorch - CorrectOnnx) > movable)
        {
            failures.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the trainer classifies {CorrectTorch} of {golden.Count} images as labelled, "
                        + $"the exported model {CorrectOnnx}"
                )
            );
        }
    }

    private static double Margin(ReadOnlySpan<float> logits, int top)
    {
        double second = double.NegativeInfinity;
        for (int index = 0; index < logits.Length; index++)
        {
            second = index == top ? second : Math.Max(second, logits[index]);
        }

        return logits[top] - second;
    }
}
