using System.Text.Json.Nodes;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using YamlDotNet.RepresentationModel;

namespace Pipeline.Trainer.Recipes.Reading;

/// <summary>
/// Reads which layers a phase trains: <c>none</c>, <c>head</c>, <c>all</c>, <c>{ last: 2 }</c>, <c>{ from: block5
/// }</c>, <c>{ layers: [head, "features.2?"] }</c>.
/// </summary>
public static class TrainableReader
{
    private const string Expected = "none, head, all, { last: n }, { from: block } or { layers: [names] }";

    /// <summary>Reads a set that is written alone, such as on a command line: <c>head</c> or <c>last: 2</c>.</summary>
    /// <param name="text">What a recipe has behind <c>train:</c>, with or without braces.</param>
    /// <param name="source">Where it was written, for messages.</param>
    /// <returns>The set.</returns>
    /// <exception cref="RecipeException">The text says no set.</exception>
    public static TrainableSet Parse(string text, string source)
    {
        string value = text.Contains(':', StringComparison.Ordinal) && !text.StartsWith('{') ? $"{{ {text} }}" : text;
        return Read(new YamlSection(new RecipeOrigin(source), RecipeText.Parse($"train: {value}", source), source));
    }

    /// <summary>Writes a set as it is read.</summary>
    internal static YamlNode Write(TrainableSet set) =>
        set.Kind switch
        {
            TrainableKind.From => RecipeNodes.Map(("from", RecipeNodes.Text(set.Block))),
            TrainableKind.Last => RecipeNodes.Map(("last", RecipeNodes.Number(set.Count))),
            TrainableKind.Layers => RecipeNodes.Map(
                ("layers", RecipeNodes.Flow(set.Layers.Select(name => (YamlNode)name)))
            ),
            _ => WireNames.ToKebab(set.Kind),
        };

    /// <summary>A set as JSON Schema.</summary>
    internal static JsonObject Schema =>
        new()
        {
            ["anyOf"] = new JsonArray(
                new JsonObject { ["enum"] = new JsonArray("none", "head", "all") },
                Only("from", new JsonObject { ["type"] = "string" }),
                Only("last", new JsonObject { ["type"] = "integer", ["minimum"] = 1 }),
                Only(
                    "layers",
                    new JsonObject
                    {
                        ["type"] = "array",
                        ["items"] = new JsonObject { ["type"] = "string" },
                    }
                )
            ),
        };

    private static JsonObject Only(string key, JsonObject schema) =>
        new()
        {
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["required"] = new JsonArray(key),
            ["properties"] = new JsonObject { [key] = schema },
        };

    /// <summary>Reads the key <c>train</c>.</summary>
    internal static TrainableSet Read(YamlSection section)
    {
        if (section.Find("train") is YamlMappingNode)
        {
            YamlSection set = section.Section("train");
            TrainableSet trainable =
                set.Has("from") ? new TrainableSet(TrainableKind.From, Block: set.Text("from"))
                : set.Has("layers")
                    ? new TrainableSet(TrainableKind.Layers)
                    {
                        Layers =
                        [
                            .. set.List("layers")
                                .Select(node =>
                                    (node as YamlScalarNode)?.Value
                                    ?? throw set.WrongType(node, "layers", "names of layers")
                                ),
                        ],
                    }
                : new TrainableSet(TrainableKind.Last, Count: set.Integer("last", null, 1));
            set.RequireNoMore();
            return trainable;
        }

        return section.Text("train") switch
        {
            "none" => new TrainableSet(TrainableKind.None),
            "head" => new TrainableSet(TrainableKind.Head),
            "all" => new TrainableSet(TrainableKind.All),
            _ => throw section.WrongType(section.Find("train") ?? section.Mapping, "train", Expected),
        };
    }
}
