using System.Globalization;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using YamlDotNet.RepresentationModel;

namespace Pipeline.Trainer.Recipes.Reading;

/// <summary>
/// One mapping of a recipe, read strictly: every value has a type, and <see cref="RequireNoMore"/> refuses keys that
/// nobody asked for, with the line and the nearest valid key.
/// </summary>
internal sealed class YamlSection(RecipeOrigin origin, YamlMappingNode mapping, string name)
{
    private readonly HashSet<string> asked = new(StringComparer.Ordinal);

    /// <summary>Where each part was written, for messages.</summary>
    internal RecipeOrigin Origin => origin;

    /// <summary>What messages call it.</summary>
    internal string Name => name;

    /// <summary>The mapping itself.</summary>
    internal YamlMappingNode Mapping => mapping;

    /// <summary>Whether a key is there.</summary>
    internal bool Has(string key) => Find(key) is not null;

    /// <summary>A required text.</summary>
    internal string Text(string key) => TextOrNull(key) ?? throw Missing(key);

    /// <summary>An optional text.</summary>
    internal string? TextOrNull(string key) =>
        Find(key) switch
        {
            null => null,
            YamlScalarNode { Value: string value } => value,
            YamlNode other => throw WrongType(other, key, "a text"),
        };

    /// <summary>A whole number in a range.</summary>
    internal int Integer(string key, int? missing, int least, int most = int.MaxValue)
    {
        if (Find(key) is not YamlNode node)
        {
            return missing ?? throw Missing(key);
        }

        return
            node is YamlScalarNode { Value: string text }
            && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
            && value >= least
            && value <= most
            ? value
            : throw WrongType(
                node,
                key,
                most == int.MaxValue ? $"a whole number of at least {least}" : $"a whole number from {least} to {most}"
            );
    }

    /// <summary>A number, or a fraction such as <c>1/255</c>.</summary>
    internal double Number(string key, double? missing, string expected, Func<double, bool> accepts)
    {
        if (Find(key) is not YamlNode node)
        {
            return missing ?? throw Missing(key);
        }

        return node is YamlScalarNode { Value: string text } && TryNumber(text, out double value) && accepts(value)
            ? value
            : throw WrongType(node, key, expected);
    }

    /// <summary>Three numbers, such as a mean per channel.</summary>
    internal double[] Triple(string key, double[] missing) =>
        Find(key) switch
        {
            null => missing,
            YamlSequenceNode { Children.Count: 3 } list
                when list.All(item => item is YamlScalarNode { Value: string text } && TryNumber(text, out _)) =>
            [
                .. list.Select(item =>
                    TryNumber(((YamlScalarNode)item).Value ?? string.Empty, out double value) ? value : double.NaN
                ),
            ],
            YamlNode other => throw WrongType(other, key, "a list of three numbers, one per channel"),
        };

    /// <summary>A yes or no.</summary>
    internal bool Flag(string key, bool missing) =>
        Find(key) switch
        {
            null => missing,
            YamlScalarNode { Value: "true" } => true,
            YamlScalarNode { Value: "false" } => false,
            YamlNode other => throw WrongType(other, key, "true or false"),
        };

    /// <summary>One of a few words.</summary>
    internal T Choice<T>(string key, T? missing)
        where T : struct, Enum
    {
        YamlNode? node = Find(key);
        if (node is null)
        {
            return missing ?? throw Missing(key);
        }

        string text = (node as YamlScalarNode)?.Value ?? string.Empty;
        foreach (T value in Enum.GetValues<T>())
        {
            if (Spell(value) == text)
            {
                return value;
            }
        }

        string[] known = [.. Enum.GetValues<T>().Select(Spell)];
        throw At(
            node,
            $"'{key}' in {name} is '{text}', expected one of: "
                + $"{string.Join(", ", known)}.{Spelling.DidYouMean(text, known)}"
        );
    }

    /// <summary>The spelling of a choice; metrics and data sources have their own.</summary>
    internal static string Spell<T>(T value)
        where T : struct, Enum =>
        value switch
        {
            MonitoredMetric.ValLoss => "val_loss",
            MonitoredMetric.ValAccuracy => "val_accuracy",
            DataSource.Cifar10 => "cifar-10",
            _ => WireNames.ToKebab(value),
        };

    /// <summary>An optional mapping inside this one.</summary>
    internal YamlSection? SectionOrNull(string key) =>
        Find(key) switch
        {
            null => null,
            YamlMappingNode node => new YamlSection(origin, node, $"'{key}'"),
            YamlNode other => throw WrongType(other, key, "a mapping such as { name: ... }"),
        };

    /// <summary>A required mapping inside this one.</summary>
    internal YamlSection Section(string key) => SectionOrNull(key) ?? throw Missing(key);

    /// <summary>A list inside this one; empty when it is not there.</summary>
    internal IReadOnlyList<YamlNode> List(string key) =>
        Find(key) switch
        {
            null => [],
            YamlSequenceNode list => [.. list],
            YamlNode other => throw WrongType(other, key, "a list"),
        };

    /// <summary>The node under a key, whatever it is; <c>null</c> when it is not there.</summary>
    internal YamlNode? Find(string key)
    {
        asked.Add(key);
        return mapping.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? node) ? node : null;
    }

    /// <summary>Refuses keys that nobody asked for.</summary>
    internal void RequireNoMore()
    {
        foreach (YamlNode key in mapping.Children.Keys)
        {
            string text = (key as YamlScalarNode)?.Value ?? key.ToString();
            if (!asked.Contains(text))
            {
                throw At(
                    key,
                    $"{name} has no key '{text}'.{Spelling.DidYouMean(text, asked)} Known here: "
                        + $"{string.Join(", ", asked.Order(StringComparer.Ordinal))}."
                );
            }
        }
    }

    /// <summary>The error for a value of the wrong type.</summary>
    internal RecipeException WrongType(YamlNode node, string key, string expected) =>
        At(node, $"'{key}' in {name} is {Describe(node)}, expected {expected}.");

    /// <summary>An error at a place in the file.</summary>
    internal RecipeException At(YamlNode node, string message) =>
        new($"{origin.Locate(node)}: {message}") { Subject = origin.Path };

    /// <summary>
    /// A key that is not there; one that nobody knows and that is spelled almost alike was probably meant.
    /// </summary>
    private RecipeException Missing(string key)
    {
        YamlNode? misspelt = mapping.Children.Keys.FirstOrDefault(other =>
            other is YamlScalarNode { Value: string text } && !asked.Contains(text) && Spelling.AreAlike(text, key)
        );
        return misspelt is null
            ? At(mapping, $"{name} lacks '{key}'. Add it.")
            : At(misspelt, $"{name} has no key '{misspelt}'. Did you mean '{key}'?");
    }

    private static string Describe(YamlNode node) =>
        node switch
        {
            YamlScalarNode { Value: null or "" } => "empty",
            YamlScalarNode scalar => $"'{scalar.Value}'",
            YamlSequenceNode => "a list",
            _ => "a mapping",
        };

    /// <summary>Reads a finite number, or a fraction such as <c>1/255</c>.</summary>
    internal static bool TryNumber(string text, out double value)
    {
        string[] parts = text.Split('/', 2, StringSplitOptions.TrimEntries);
        bool isNumber = double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out value);
        if (isNumber && parts.Length == 2)
        {
            isNumber =
                double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double divisor)
                && divisor != 0;
            value /= divisor;
        }

        return isNumber && double.IsFinite(value);
    }
}
