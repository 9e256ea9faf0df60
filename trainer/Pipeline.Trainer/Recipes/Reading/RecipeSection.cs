using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace Pipeline.Trainer.Recipes.Reading;

/// <summary>
/// One key of a section, said once: how it is read and checked, how it is written, what the reference page says of it,
/// and what an editor offers.
/// </summary>
/// <typeparam name="T">The record that the section is read into.</typeparam>
/// <param name="Name">The key.</param>
/// <param name="Doc">What it does, as the reference page has it.</param>
/// <param name="Schema">JSON Schema of its value.</param>
/// <param name="Read">Reads it into a record, which holds what is meant where the key is missing.</param>
/// <param name="Write">Writes it; <c>null</c> leaves it out.</param>
internal sealed record RecipeKey<T>(
    string Name,
    string Doc,
    JsonNode Schema,
    Func<YamlSection, T, T> Read,
    Func<T, YamlNode?> Write
)
{
    /// <summary>Whether a recipe must have it.</summary>
    internal bool IsRequired { get; init; }

    /// <summary>What the reference page says of a missing key; <c>null</c> says nothing.</summary>
    internal string? Default { get; init; }

    /// <summary>
    /// Leaves the key out of resolved recipes where it does nothing, so that the hash of older ones stays.
    /// </summary>
    /// <param name="isWritten">Whether it does something.</param>
    internal RecipeKey<T> WrittenIf(Predicate<T> isWritten) =>
        this with
        {
            Write = value => isWritten(value) ? Write(value) : null,
        };

    /// <summary>Says what a missing key means.</summary>
    internal RecipeKey<T> WithDefault(string text) => this with { Default = text };

    /// <summary>Demands the key.</summary>
    internal RecipeKey<T> Required() => this with { IsRequired = true };
}

/// <summary>A section of a recipe: its keys in the order in which they are written.</summary>
/// <typeparam name="T">The record that it is read into.</typeparam>
/// <param name="name">What the reference page calls it.</param>
/// <param name="keys">Its keys.</param>
internal sealed class RecipeSection<T>(string name, IReadOnlyList<RecipeKey<T>> keys)
{
    /// <summary>What the reference page calls it.</summary>
    internal string Name => name;

    /// <summary>Name, sentence, default and whether it is required, of each key.</summary>
    internal IEnumerable<(string Name, string Doc, string? Default, bool IsRequired)> Described =>
        keys.Select(key => (key.Name, key.Doc, key.Default, key.IsRequired));

    /// <summary>Reads a section and refuses keys that it does not have.</summary>
    /// <param name="section">The section.</param>
    /// <param name="missing">What is meant by a key that is missing.</param>
    internal T Read(YamlSection section, T missing)
    {
        T value = ReadKeys(section, missing);
        section.RequireNoMore();
        return value;
    }

    /// <summary>Reads the keys, for a section that has others besides.</summary>
    internal T ReadKeys(YamlSection section, T missing) =>
        keys.Aggregate(missing, (value, key) => key.Read(section, value));

    /// <summary>Writes the section.</summary>
    internal YamlMappingNode Write(T value) => RecipeNodes.Map([.. keys.Select(key => (key.Name, key.Write(value)))]);

    /// <summary>The section as JSON Schema.</summary>
    internal JsonObject ToSchema()
    {
        var properties = new JsonObject();
        foreach (RecipeKey<T> key in keys)
        {
            JsonNode schema = key.Schema.DeepClone();
            if (schema is JsonObject described)
            {
                described["description"] = key.Doc;
            }

            properties[key.Name] = schema;
        }

        var whole = new JsonObject
        {
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = properties,
        };
        JsonNode[] required = [.. keys.Where(key => key.IsRequired).Select(key => (JsonNode)key.Name)];
        if (required.Length > 0)
        {
            whole["required"] = new JsonArray(required);
        }

        return whole;
    }
}

/// <summary>A range of numbers: what it accepts, how a message says it, and its JSON Schema.</summary>
/// <param name="Expected">Such as <c>a number of at least 0</c>.</param>
/// <param name="Accepts">Whether a number lies in it.</param>
/// <param name="Bounds">JSON Schema's words for it, such as <c>minimum</c>.</param>
internal sealed record NumberRange(
    string Expected,
    Func<double, bool> Accepts,
    params (string Word, double Bound)[] Bounds
)
{
    internal static NumberRange AtLeastZero { get; } =
        new("a number of at least 0", value => value >= 0, ("minimum", 0));

    internal static NumberRange Share { get; } =
        new(
            "a number of at least 0 and less than 1",
            value => value is >= 0 and < 1,
            ("minimum", 0),
            ("exclusiveMaximum", 1)
        );

    /// <summary>Positive numbers.</summary>
    /// <param name="expected">How a message says it.</param>
    internal static NumberRange Positive(string expected) => new(expected, value => value > 0, ("exclusiveMinimum", 0));

    /// <summary>From one number to another, both included.</summary>
    internal static NumberRange Between(double least, double most, string expected) =>
        new(expected, value => value >= least && value <= most, ("minimum", least), ("maximum", most));

    /// <summary>The numbers as JSON Schema, and fractions such as <c>1/255</c>.</summary>
    internal JsonObject ToSchema()
    {
        var number = new JsonObject { ["type"] = "number" };
        foreach ((string word, double bound) in Bounds)
        {
            number[word] = bound;
        }

        return new JsonObject
        {
            ["anyOf"] = new JsonArray(
                number,
                new JsonObject { ["type"] = "string", ["pattern"] = "^[0-9.eE+-]+ */ *[0-9.eE+-]+$" }
            ),
        };
    }
}

/// <summary>Makes keys of the usual kinds.</summary>
/// <typeparam name="T">The record that they are read into.</typeparam>
internal static class Keys<T>
{
    internal static RecipeKey<T> Flag(string name, string doc, Func<T, bool> get, Func<T, bool, T> set) =>
        new(
            name,
            doc,
            new JsonObject { ["type"] = "boolean" },
            (section, value) => set(value, section.Flag(name, get(value))),
            value => RecipeNodes.Flag(get(value))
        );

    internal static RecipeKey<T> Text(string name, string doc, Func<T, string?> get, Func<T, string, T> set) =>
        new(
            name,
            doc,
            new JsonObject { ["type"] = "string" },
            (section, value) => section.TextOrNull(name) is string text ? set(value, text) : value,
            value => RecipeNodes.Text(get(value))
        );

    internal static RecipeKey<T> Number(
        string name,
        string doc,
        NumberRange range,
        Func<T, double> get,
        Func<T, double, T> set
    ) =>
        new(
            name,
            doc,
            range.ToSchema(),
            (section, value) =>
                set(
                    value,
                    section.Number(name, double.IsNaN(get(value)) ? null : get(value), range.Expected, range.Accepts)
                ),
            value => RecipeNodes.Number(get(value))
        );

    internal static RecipeKey<T> NumberOrNone(
        string name,
        string doc,
        NumberRange range,
        Func<T, double?> get,
        Func<T, double, T> set
    ) =>
        new(
            name,
            doc,
            range.ToSchema(),
            (section, value) =>
                section.Has(name) ? set(value, section.Number(name, null, range.Expected, range.Accepts)) : value,
            value => get(value) is double number ? RecipeNodes.Number(number) : null
        );

    internal static RecipeKey<T> Integer(
        string name,
        string doc,
        int least,
        Func<T, int> get,
        Func<T, int, T> set,
        int most = int.MaxValue
    ) =>
        new(
            name,
            doc,
            IntegerSchema(least, most),
            (section, value) => set(value, section.Integer(name, get(value) < least ? null : get(value), least, most)),
            value => RecipeNodes.Number(get(value))
        );

    internal static RecipeKey<T> IntegerOrNone(
        string name,
        string doc,
        int least,
        Func<T, int?> get,
        Func<T, int, T> set
    ) =>
        new(
            name,
            doc,
            IntegerSchema(least, int.MaxValue),
            (section, value) => section.Has(name) ? set(value, section.Integer(name, null, least)) : value,
            value => get(value) is int number ? RecipeNodes.Number(number) : null
        );

    internal static RecipeKey<T> Choice<TEnum>(string name, string doc, Func<T, TEnum> get, Func<T, TEnum, T> set)
        where TEnum : struct, Enum =>
        new(
            name,
            doc,
            ChoiceSchema<TEnum>(),
            (section, value) => set(value, section.Choice<TEnum>(name, get(value))),
            value => YamlSection.Spell(get(value))
        );

    /// <summary>A section inside this one; <c>null</c> from <paramref name="get"/> leaves it out.</summary>
    internal static RecipeKey<T> Section<TInner>(
        string name,
        string doc,
        RecipeSection<TInner> inner,
        TInner missing,
        Func<T, TInner?> get,
        Func<T, TInner, T> set
    )
        where TInner : class =>
        new(
            name,
            doc,
            inner.ToSchema(),
            (section, value) =>
                section.SectionOrNull(name) is YamlSection found ? set(value, inner.Read(found, missing)) : value,
            value => get(value) is TInner own ? inner.Write(own) : null
        );

    /// <summary>The words of a choice as JSON Schema.</summary>
    internal static JsonObject ChoiceSchema<TEnum>()
        where TEnum : struct, Enum =>
        new()
        {
            ["enum"] = new JsonArray([.. Enum.GetValues<TEnum>().Select(word => (JsonNode)YamlSection.Spell(word))]),
        };

    private static JsonObject IntegerSchema(int least, int most)
    {
        var schema = new JsonObject { ["type"] = "integer", ["minimum"] = least };
        if (most < int.MaxValue)
        {
            schema["maximum"] = most;
        }

        return schema;
    }
}

/// <summary>Makes YAML nodes, invariant.</summary>
internal static class RecipeNodes
{
    internal static YamlMappingNode Map(params ReadOnlySpan<(string Key, YamlNode? Value)> entries)
    {
        var map = new YamlMappingNode();
        foreach ((string key, YamlNode? value) in entries)
        {
            if (value is not null)
            {
                map.Add(key, value);
            }
        }

        return map;
    }

    internal static YamlSequenceNode Flow(IEnumerable<YamlNode> items) =>
        new(items) { Style = YamlDotNet.Core.Events.SequenceStyle.Flow };

    internal static YamlScalarNode? Text(string? value) => value is null ? null : new YamlScalarNode(value);

    internal static YamlScalarNode Number(int value) => new(value.ToString(CultureInfo.InvariantCulture));

    internal static YamlScalarNode Number(double value) => new(value.ToString("R", CultureInfo.InvariantCulture));

    internal static YamlScalarNode Flag(bool value) => new(value ? "true" : "false");
}
