using Pipeline.Core.Contracts;

namespace Pipeline.Core.Metrics;

/// <summary>Chooses the confidence below which a model had better say nothing.</summary>
public static class RejectThreshold
{
    /// <summary>
    /// The lowest threshold such that the accepted images, those whose confidence is at least the threshold, reach a
    /// target accuracy. Candidates are the confidences that occur, and 0; images of equal confidence are accepted
    /// together.
    /// </summary>
    /// <param name="confidences">Probability of the best class of each validation image, in [0, 1]. Borrowed.</param>
    /// <param name="areCorrect">Whether that class is the true one; as many. Borrowed.</param>
    /// <param name="targetAccuracy">Share of right answers among the accepted, in (0, 1].</param>
    /// <returns>The option; <c>null</c> when no threshold reaches the target, also without images.</returns>
    /// <exception cref="ArgumentException">The two lists differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="targetAccuracy"/> is outside (0, 1].</exception>
    /// <remarks>
    /// It is chosen on a sample, so on other images the accepted reach the target on average only. Checked against all
    /// thresholds by brute force in <c>RejectThresholdTests</c>.
    /// </remarks>
    public static RejectOption? Choose(
        ReadOnlySpan<float> confidences,
        ReadOnlySpan<bool> areCorrect,
        double targetAccuracy
    )
    {
        if (!(targetAccuracy is > 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(targetAccuracy),
                targetAccuracy,
                "Expected a share above 0 and at most 1."
            );
        }

        if (confidences.Length != areCorrect.Length)
        {
            throw new ArgumentException(
                $"Expected as many verdicts as confidences, {confidences.Length}, found {areCorrect.Length}.",
                nameof(areCorrect)
            );
        }

        float[] sorted = confidences.ToArray();
        bool[] verdicts = areCorrect.ToArray();
        Array.Sort(sorted, verdicts); // rising; walked from the end
        RejectOption? best = null;
        int accepted = 0;
        int correct = 0;
        for (int index = sorted.Length - 1; index >= 0; index--)
        {
            accepted++;
            correct += verdicts[index] ? 1 : 0;
            bool isWholeGroup = index == 0 || sorted[index - 1] != sorted[index];
            double accuracy = (double)correct / accepted;
            if (isWholeGroup && accuracy >= targetAccuracy)
            {
                best = new RejectOption(
                    index == 0 ? 0 : sorted[index],
                    targetAccuracy,
                    accuracy,
                    (double)accepted / sorted.Length
                );
            }
        }

        return best;
    }
}
