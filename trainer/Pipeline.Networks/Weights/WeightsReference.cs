namespace Pipeline.Networks.Weights;

/// <summary>What kind of thing the recipe's <c>weights</c> names.</summary>
public enum WeightsKind
{
    /// <summary>An entry of the registry, by name.</summary>
    Registry,

    /// <summary>An earlier run of ours, <c>run:&lt;path&gt;</c>.</summary>
    Run,

    /// <summary>A file or folder, by path.</summary>
    File,
}

/// <summary>
/// The recipe's <c>weights</c>, told apart: <c>run:&lt;path&gt;</c>, a path (it has a separator or an extension), or a
/// name.
/// </summary>
/// <param name="Kind">What it names.</param>
/// <param name="Text">The name, or the path without <c>run:</c>.</param>
internal sealed record WeightsReference(WeightsKind Kind, string Text)
{
    private const string RunPrefix = "run:";

    /// <summary>Tells what a text names; it need not exist.</summary>
    /// <param name="text">As the recipe has it.</param>
    /// <returns>Kind and name or path.</returns>
    public static WeightsReference Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text switch
        {
            _ when text.StartsWith(RunPrefix, StringComparison.Ordinal) => new WeightsReference(
                WeightsKind.Run,
                text[RunPrefix.Length..]
            ),
            _ when text.AsSpan().ContainsAny('/', '\\', '.') => new WeightsReference(WeightsKind.File, text),
            _ => new WeightsReference(WeightsKind.Registry, text),
        };
    }
}
