using Pipeline.Core.Metrics;

namespace Pipeline.Inference.Sessions;

/// <summary>
/// Whether a graph's probabilities are softmax(logits / temperature) of its own logits, as a contract promises.
/// </summary>
internal static class ProbabilityCheck
{
    private const double Relative = 1e-5; // some hundred roundings of a float32 of the size of logits / temperature

    /// <summary>Largest difference from what the logits give.</summary>
    /// <param name="scores">What the graph said. Borrowed.</param>
    /// <param name="temperature">The temperature that the probabilities should have.</param>
    /// <returns>The absolute difference; infinite where a value is not finite.</returns>
    internal static double MaxDifference(ScoreBatch scores, double temperature)
    {
        double largest = 0;
        float[] expected = new float[scores.ClassCount];
        for (int row = 0; row < scores.Count; row++)
        {
            TemperatureScaling.Softmax(scores.Logits(row), temperature, expected);
            largest = Math.Max(largest, Tolerance.MaxDifference(expected, scores.Probabilities(row)));
        }

        return largest;
    }

    /// <summary>Largest difference that float32 explains: 1e-5 times max(1, max |logit| / temperature).</summary>
    /// <param name="logits">The logits.</param>
    /// <param name="temperature">Their divisor.</param>
    /// <returns>The allowed absolute difference.</returns>
    internal static double Allowed(ReadOnlySpan<float> logits, double temperature) =>
        Math.Max(Relative, Tolerance.Absolute(logits, Relative) / temperature);
}
