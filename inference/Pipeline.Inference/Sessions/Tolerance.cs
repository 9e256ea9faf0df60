namespace Pipeline.Inference.Sessions;

/// <summary>How far two sets of logits of the same network may be apart.</summary>
internal static class Tolerance
{
    /// <summary>The factor, such as 1e-4, times max(1, max |logit|).</summary>
    /// <param name="reference">The trainer's logits.</param>
    /// <param name="relative">The factor.</param>
    /// <returns>The largest allowed absolute difference.</returns>
    internal static double Absolute(ReadOnlySpan<float> reference, double relative)
    {
        double largest = 1;
        foreach (float logit in reference)
        {
            largest = Math.Max(largest, Math.Abs(logit));
        }

        return relative * largest;
    }

    /// <summary>Largest absolute difference; infinite when a value is NaN or infinite on one side only.</summary>
    /// <param name="left">Some logits.</param>
    /// <param name="right">As many others.</param>
    /// <returns>The difference, never NaN.</returns>
    internal static double MaxDifference(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        double largest = 0;
        for (int index = 0; index < left.Length; index++)
        {
            double difference = left[index] == right[index] ? 0 : Math.Abs((double)left[index] - right[index]);
            largest = double.IsNaN(difference) ? double.PositiveInfinity : Math.Max(largest, difference);
        }

        return largest;
    }
}
