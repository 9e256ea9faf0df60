namespace Pipeline.Core.Imaging.Resizing;

/// <summary>
/// The weights of an axis as a vector of eight wants them: for each kept pixel its source pixels two by two, each
/// weight four times, a missing second one as 0.
/// </summary>
internal static class PairedWeights
{
    /// <summary>Number of places.</summary>
    /// <param name="axis">The weights.</param>
    /// <returns>Eight for each pair.</returns>
    internal static int Count(AxisWeights axis)
    {
        int pairs = 0;
        foreach (int count in axis.Counts)
        {
            pairs += (count + 1) / 2;
        }

        return pairs * 8;
    }

    /// <summary>Writes them.</summary>
    /// <param name="axis">The weights.</param>
    /// <param name="target">At least <see cref="Count"/> places.</param>
    internal static void Fill(AxisWeights axis, Span<int> target)
    {
        int position = 0;
        for (int index = 0; index < axis.Counts.Length; index++)
        {
            ReadOnlySpan<int> weights = axis.Weights.AsSpan(index * axis.Stride, axis.Counts[index]);
            foreach (int weight in weights)
            {
                target.Slice(position, 4).Fill(weight);
                position += 4;
            }

            if (weights.Length % 2 != 0)
            {
                target.Slice(position, 4).Clear();
                position += 4;
            }
        }
    }
}
