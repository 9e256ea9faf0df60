namespace Pipeline.Core.Errors;

/// <summary>Finds the name that a misspelt one probably meant.</summary>
public static class Spelling
{
    /// <summary>A question for a message.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="candidates">What is known.</param>
    /// <returns>
    /// Such as <c> Did you mean 'epochs'?</c> with its space in front; empty when nothing is alike, since a wrong guess
    /// misleads.
    /// </returns>
    public static string DidYouMean(string text, IEnumerable<string> candidates) =>
        AlikeOf(text, candidates) is { } alike ? $" Did you mean '{alike}'?" : string.Empty;

    /// <summary>The nearest name that is alike.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="candidates">What is known.</param>
    /// <returns>The name, the first one of equals; <c>null</c> when none is alike.</returns>
    public static string? AlikeOf(string text, IEnumerable<string> candidates)
    {
        return candidates.Where(candidate => AreAlike(text, candidate)).MinBy(candidate => Distance(text, candidate));
    }

    /// <summary>The candidates with the smallest edit distances, nearest first.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="candidates">What is known.</param>
    /// <param name="count">How many are wanted.</param>
    /// <returns>At most <paramref name="count"/> candidates.</returns>
    public static IEnumerable<string> Nearest(string text, IEnumerable<string> candidates, int count) =>
        candidates.OrderBy(candidate => Distance(text, candidate)).Take(count);

    /// <summary>
    /// Whether one name is probably meant by the other: they differ in at most a third of their letters, two that
    /// changed places counting once; or the other is half of it with letters left out, such as <c>imagenet</c> of
    /// <c>imagenet1k-v1</c>.
    /// </summary>
    /// <param name="text">What was written.</param>
    /// <param name="candidate">What is known.</param>
    /// <returns>Whether they are alike.</returns>
    public static bool AreAlike(string text, string candidate)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        return Distance(text, candidate) <= Math.Max(1, candidate.Length / 3)
            || (text.Length >= 3 && 5 * text.Length >= 2 * candidate.Length && IsLeftOf(text, candidate));
    }

    // Whether letters of the candidate were left out, and none added.
    private static bool IsLeftOf(string text, string candidate)
    {
        int at = 0;
        foreach (char letter in candidate)
        {
            at += at < text.Length && text[at] == letter ? 1 : 0;
        }

        return at == text.Length;
    }

    // Optimal string alignment (Damerau 1964). A text much longer than a name is no misspelling of it, and may be
    // megabytes.
    private static int Distance(string left, string right)
    {
        const int Longest = 200;
        if (left.Length > Longest || right.Length > Longest)
        {
            return Math.Abs(left.Length - right.Length) + Longest;
        }

        int[] beforeLast = new int[right.Length + 1];
        int[] last = [.. Enumerable.Range(0, right.Length + 1)];
        for (int row = 1; row <= left.Length; row++)
        {
            int[] current = new int[right.Length + 1];
            current[0] = row;
            for (int column = 1; column <= right.Length; column++)
            {
                int replaced = last[column - 1] + (left[row - 1] == right[column - 1] ? 0 : 1);
                current[column] = Math.Min(replaced, Math.Min(last[column], current[column - 1]) + 1);
                if (row > 1 && column > 1 && left[row - 1] == right[column - 2] && left[row - 2] == right[column - 1])
                {
                    current[column] = Math.Min(current[column], beforeLast[column - 2] + 1);
                }
            }

            (beforeLast, last) = (last, current);
        }

        return last[^1];
    }
}
