using Pipeline.Core.Errors;

namespace Pipeline.Networks.Weights.Registry;

/// <summary>The known weights by name and network.</summary>
internal static class WeightsRegistry
{
    /// <summary>All entries, by network.</summary>
    public static IReadOnlyList<WeightsEntry> Entries { get; } =
    [
        .. KnownWeights
            .All.OrderBy(entry => entry.Network, StringComparer.Ordinal)
            .ThenBy(entry => entry.Name, StringComparer.Ordinal),
    ];

    /// <summary>The names there are, for any network.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [.. Entries.Select(entry => entry.Name).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Looks weights up.</summary>
    /// <param name="name">Their name.</param>
    /// <param name="backbone">Name of the network.</param>
    /// <returns>The entry.</returns>
    /// <exception cref="RecipeException">
    /// There are no such weights, or none for this network; the message lists what there is.
    /// </exception>
    public static WeightsEntry Require(string name, string backbone)
    {
        string[] known = [.. Entries.Where(entry => entry.Network == backbone).Select(entry => entry.Name)];
        if (!Names.Contains(name))
        {
            string guess = Spelling.DidYouMean(name, known.Length > 0 ? known : Names); // what the network can take
            throw new RecipeException(
                $"There are no weights '{name}'.{guess} Known: {string.Join(", ", Names)}; "
                    + "or give the path of a file, or run:<folder of a run>."
            )
            {
                Subject = name,
            };
        }

        WeightsEntry[] found = [.. Entries.Where(entry => entry.Name == name)];
        return found.FirstOrDefault(entry => entry.Network == backbone)
            ?? throw new RecipeException(
                $"Weights '{name}' exist for {string.Join(", ", found.Select(entry => entry.Network))}, "
                    + $"not for '{backbone}'. "
                    + (
                        known.Length > 0
                            ? $"It has: {string.Join(", ", known)}."
                            : "Leave 'weights' out to start from random numbers."
                    )
            )
            {
                Subject = name,
            };
    }
}
