namespace Pipeline.Trainer.Data;

/// <summary>Some files of a list, evenly spaced over it.</summary>
internal static class EvenSample
{
    /// <summary>
    /// So many files over the whole list, then the others, to stand in for those that cannot be read.
    /// </summary>
    public static IEnumerable<string> Choose(IReadOnlyList<string> files, int count)
    {
        int first = Math.Min(count, files.Count);
        HashSet<int> chosen = [.. Enumerable.Range(0, first).Select(index => (int)((long)index * files.Count / first))];
        return chosen
            .Order()
            .Concat(Enumerable.Range(0, files.Count).Where(index => !chosen.Contains(index)))
            .Select(index => files[index]);
    }
}
