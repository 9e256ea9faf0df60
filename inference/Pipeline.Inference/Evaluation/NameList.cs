namespace Pipeline.Inference.Evaluation;

/// <summary>Names in a message: a thousand classes would bury what it says.</summary>
internal static class NameList
{
    private const int Most = 20;

    /// <summary>The first names, and how many there are when that is not all.</summary>
    /// <param name="names">The names.</param>
    /// <returns>Such as <c>cat, dog</c>.</returns>
    internal static string Of(IReadOnlyCollection<string> names) => names.Count <= Most
        ? string.Join(", ", names)
        : FormattableString.Invariant($"{string.Join(", ", names.Take(Most))}, ... ({names.Count} in all)");
}
