namespace Pipeline.Networks.Graph;

/// <summary>Finds the name that a misspelt one probably meant.</summary>
public static class Spelling
{
    /// <summary>The candidate with the smallest edit distance (Levenshtein 1966), the first one of equals.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="candidates">What is known; at least one.</param>
    /// <returns>The nearest candidate.</returns>
    public static string Nearest(string text, IEnumerable<string> candidates) => candidates.MinBy(candidate => Distance(text, candidate)) ?? string.Empty;

    /// <summary>The candidates with the smallest edit distances, nearest first.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="candidates">What is known.</param>
    /// <param name="count">How many are wanted.</param>
    /// <returns>At most <paramref name="count"/> candidates.</returns>
    public static IEnumerable<string> Nearest(string text, IEnumerable<string> candidates, int count) => candidates.OrderBy(candidate => Distance(text, candidate)).Take(count);

    /// <summary>Whether one name is probably the other one misspelt: they differ in at most a third of their letters.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="candidate">What is known.</param>
    /// <returns>Whether they are alike.</returns>
    public static bool AreAlike(string text, string candidate) => Distance(text, candidate) <= Math.Max(1, candidate.Length / 3);

    private static int Distance(string left, string right)
    {
        int[] previous = [.. Enumerable.Range(0, right.Length + 1)];
        for (int row = 1; row <= left.Length; row++)
        {
            int diagonal = previous[0];
            previous[0] = row;
            for (int column = 1; column <= right.Length; column++)
            {
                int replace = diagonal + (left[row - 1] == right[column - 1] ? 0 : 1);
                diagonal = previous[column];
                previous[column] = Math.Min(replace, Math.Min(previous[column], previous[column - 1]) + 1);
            }
        }

        return previous[^1];
    }
}
