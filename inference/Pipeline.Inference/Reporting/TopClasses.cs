namespace Pipeline.Inference.Reporting;

/// <summary>The best classes of one image.</summary>
public static class TopClasses
{
    /// <summary>Finds the classes with the highest probabilities.</summary>
    /// <param name="probabilities">One per class, all finite; may be empty. Borrowed.</param>
    /// <param name="count">Classes wanted, at least 1.</param>
    /// <returns>
    /// Class indices, the best first, equal ones in label order; as many as wanted, or all there are.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    public static int[] Find(ReadOnlySpan<float> probabilities, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var best = new int[Math.Min(count, probabilities.Length)];
        for (int index = 0; index < probabilities.Length; index++)
        {
            // Sorting in: equal ones stay behind those with a lower index.
            int place = Math.Min(index, best.Length);
            while (place > 0 && probabilities[index] > probabilities[best[place - 1]])
            {
                if (place < best.Length)
                {
                    best[place] = best[place - 1];
                }

                place--;
            }

            if (place < best.Length)
            {
                best[place] = index;
            }
        }

        return best;
    }
}
