namespace Pipeline.Networks.Checkpoints;

/// <summary>Looks for values that are not finite.</summary>
internal static class FiniteValues
{
    /// <summary>Whether any value is NaN or infinite.</summary>
    internal static bool ContainsAnyNotFinite(this ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
            {
                return true;
            }
        }

        return false;
    }
}
