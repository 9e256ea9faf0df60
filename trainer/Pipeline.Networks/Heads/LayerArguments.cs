using System.Globalization;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Heads;

/// <summary>
/// One layer's text taken apart: <c>name: value, key: value, ...</c>. Every value is read by its type;
/// <see cref="RequireNoMore"/> refuses what nobody asked for.
/// </summary>
internal sealed class LayerArguments
{
    private const string None = "none";
    private readonly Dictionary<string, string> options = new(StringComparer.Ordinal);
    private readonly HashSet<string> asked = new(StringComparer.Ordinal);

    internal LayerArguments(string text)
    {
        string[] parts = text.Split(',', StringSplitOptions.TrimEntries);
        (Name, Value) = Pair(parts[0]);
        foreach (string part in parts.Skip(1))
        {
            (string key, string? value) = Pair(part);
            if (value is null || !options.TryAdd(key, value))
            {
                throw new RecipeException($"Layer '{Name}' has '{part}', expected 'key: value' with each key once.");
            }
        }
    }

    /// <summary>Name of the layer.</summary>
    internal string Name { get; }

    /// <summary>What stands behind the name; <c>null</c> when nothing does.</summary>
    internal string? Value { get; }

    /// <summary>The value as a number of at least 1.</summary>
    internal int Count(string expected) => TryCount(Value, out int count) ? count : throw WrongValue(expected);

    /// <summary>Refuses a value.</summary>
    internal void RequireNoValue()
    {
        if (Value is not null)
        {
            throw new RecipeException($"Head layer '{Name}' takes no value, found '{Value}'.");
        }
    }

    /// <summary>An option that is a number of at least 1.</summary>
    internal int? CountOption(string key) =>
        Option(key) is not string text ? null
        : TryCount(text, out int count) ? count
        : throw WrongOption(key, text, "a whole number of at least 1");

    /// <summary>An option that is a size, such as <c>3</c> or <c>1x7</c> (rows x columns).</summary>
    internal Extent SizeOption(string key, Extent missing)
    {
        if (Option(key) is not string text)
        {
            return missing;
        }

        string[] sides = text.Split('x');
        return sides.Length <= 2 && TryCount(sides[0], out int height) && TryCount(sides[^1], out int width)
            ? new Extent(height, width)
            : throw WrongOption(key, text, "a side such as 3, or rows x columns such as 1x7");
    }

    /// <summary>The option <c>padding</c>: whether it is <c>same</c>.</summary>
    internal bool IsSame() =>
        Option("padding") switch
        {
            null or "same" => true,
            "valid" => false,
            string text => throw WrongOption("padding", text, "same or valid"),
        };

    /// <summary>An option that is true or false.</summary>
    internal bool Flag(string key, bool missing) =>
        Option(key) switch
        {
            null => missing,
            "true" => true,
            "false" => false,
            string text => throw WrongOption(key, text, "true or false"),
        };

    /// <summary>The option <c>activation</c>; <c>null</c> for <c>none</c>.</summary>
    internal ActivationKind? Activation(ActivationKind? missing) =>
        Option("activation") switch
        {
            null => missing,
            None => null,
            string text => ParseActivation(text),
        };

    /// <summary>Refuses options that nobody asked for.</summary>
    internal void RequireNoMore()
    {
        if (options.Keys.FirstOrDefault(key => !asked.Contains(key)) is string unknown)
        {
            throw new RecipeException(
                asked.Count == 0
                    ? $"Layer '{Name}' takes no options, found '{unknown}'."
                    : $"Layer '{Name}' has no option '{unknown}'.{Spelling.DidYouMean(unknown, asked)} Known: "
                        + $"{string.Join(", ", asked.Order(StringComparer.Ordinal))}."
            );
        }
    }

    /// <summary>An activation by its name.</summary>
    internal static ActivationKind ParseActivation(string text)
    {
        string[] known = [.. Enum.GetValues<ActivationKind>().Select(kind => WireNames.ToKebab(kind))];
        int index = Array.IndexOf(known, text);
        return index >= 0
            ? Enum.GetValues<ActivationKind>()[index]
            : throw new RecipeException(
                $"There is no activation '{text}'.{Spelling.DidYouMean(text, known)} Known: "
                    + $"{string.Join(", ", known)}, {None}."
            );
    }

    /// <summary>The error for a value that does not fit.</summary>
    internal RecipeException WrongValue(string expected) =>
        new($"Head layer '{Name}' has '{Value}', expected {expected}.");

    private string? Option(string key)
    {
        asked.Add(key);
        return options.GetValueOrDefault(key);
    }

    private RecipeException WrongOption(string key, string text, string expected) =>
        new($"'{key}' of layer '{Name}' is '{text}', expected {expected}.");

    private static (string Key, string? Value) Pair(string text)
    {
        string[] sides = text.Split(':', 2, StringSplitOptions.TrimEntries);
        return (sides[0], sides.Length == 2 ? sides[1] : null);
    }

    private static bool TryCount(string? text, out int count) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count is > 0 and <= 1_000_000;
}
