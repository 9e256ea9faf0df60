namespace Pipeline.Networks.Weights.Reading;

/// <summary>Takes prefixes off tensor names that wrappers of PyTorch modules put there.</summary>
internal static class NamePrefix
{
    private static readonly string[] Known = ["module.", "_orig_mod."]; // DataParallel's and torch.compile's

    /// <summary>Strips a prefix that every name has.</summary>
    /// <typeparam name="T">What a name stands for.</typeparam>
    /// <param name="items">Names and what they stand for; at least one.</param>
    /// <param name="notes">Receives a sentence for each prefix.</param>
    /// <returns>The items under their shorter names.</returns>
    internal static IReadOnlyList<(string Name, T Tensor)> Strip<T>(
        IReadOnlyList<(string Name, T Tensor)> items,
        List<string> notes
    )
    {
        foreach (string prefix in Known)
        {
            if (items.All(item => item.Name.StartsWith(prefix, StringComparison.Ordinal)))
            {
                notes.Add($"The prefix '{prefix}' was taken off every name.");
                items = [.. items.Select(item => (item.Name[prefix.Length..], item.Tensor))];
            }
        }

        return items;
    }
}
