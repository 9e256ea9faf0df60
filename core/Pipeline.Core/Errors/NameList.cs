namespace Pipeline.Core.Errors;

/// <summary>Names in a message: a thousand classes would bury what it says.</summary>
public static class NameList
{
    private const int Most = 20;

    /// <summary>The first names, and how many there are when that is not all.</summary>
    /// <param name="names">The names.</param>
    /// <returns>Such as <c>cat, dog</c>.</returns>
    public static string Format(IReadOnlyCollection<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return names.Count <= Most
            ? string.Join(", ", names)
            : FormattableString.Invariant($"{string.Join(", ", names.Take(Most))}, ... ({names.Count} in all)");
    }
}
