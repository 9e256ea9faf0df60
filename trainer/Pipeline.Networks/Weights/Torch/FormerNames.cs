namespace Pipeline.Networks.Weights.Torch;

/// <summary>Names that published files still have, and that their networks have given up.</summary>
/// <remarks>
/// Source: <c>_load_state_dict</c> in <c>torchvision/models/densenet.py</c> 0.14.1: a module's name may not hold a dot,
/// so <c>denselayer1.norm.1</c> became <c>denselayer1.norm1</c>.
/// </remarks>
internal static class FormerNames
{
    private static readonly (string Before, string Now)[] Renamed =
    [
        (".norm.1.", ".norm1."),
        (".norm.2.", ".norm2."),
        (".conv.1.", ".conv1."),
        (".conv.2.", ".conv2."),
    ];

    /// <summary>Gives tensors their present names.</summary>
    /// <param name="items">Names and what they stand for.</param>
    /// <param name="notes">Receives a sentence if any was renamed.</param>
    /// <returns>The items under their present names.</returns>
    internal static IReadOnlyList<(string Name, TorchTensor Tensor)> Renew(
        IReadOnlyList<(string Name, TorchTensor Tensor)> items,
        List<string> notes
    )
    {
        (string Name, TorchTensor Tensor)[] renewed = [.. items.Select(item => (Renew(item.Name), item.Tensor))];
        int changed = renewed.Zip(items).Count(pair => pair.First.Name != pair.Second.Name);
        if (changed > 0)
        {
            notes.Add($"Names of an older torchvision were replaced by their present ones: {changed}.");
        }

        return renewed;
    }

    private static string Renew(string name)
    {
        if (!name.Contains(".denselayer", StringComparison.Ordinal))
        {
            return name;
        }

        foreach ((string before, string now) in Renamed)
        {
            name = name.Replace(before, now, StringComparison.Ordinal);
        }

        return name;
    }
}
