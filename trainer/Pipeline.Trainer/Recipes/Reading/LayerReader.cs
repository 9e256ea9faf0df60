using System.Text.Json.Nodes;
using Pipeline.Core.Errors;
using Pipeline.Networks.Heads;
using YamlDotNet.RepresentationModel;

namespace Pipeline.Trainer.Recipes.Reading;

/// <summary>Reads lists of layers: heads, and backbones of one's own.</summary>
internal static class LayerReader
{
    /// <summary>Reads a list.</summary>
    /// <param name="section">Where it is.</param>
    /// <param name="key">Its key.</param>
    internal static IReadOnlyList<HeadLayer> ReadList(YamlSection section, string key) =>
        [.. section.List(key).Select(node => Read(section, node, key))];

    /// <summary>Writes a layer as it is read.</summary>
    internal static YamlNode Write(HeadLayer layer)
    {
        string[][] pairs = [.. HeadNotation.Write(layer).Split(", ").Select(pair => pair.Split(": "))];
        return pairs[0].Length == 1
            ? pairs[0][0]
            : RecipeNodes.Map([.. pairs.Select(pair => (pair[0], (YamlNode?)pair[1]))]);
    }

    /// <summary>Writes a head: a word for the weights' own, else a list.</summary>
    internal static YamlNode WriteHead(IReadOnlyList<HeadLayer> head) =>
        head is [PretrainedLayer layer] ? HeadNotation.Write(layer) : new YamlSequenceNode(head.Select(Write));

    /// <summary>A list of layers as JSON Schema.</summary>
    internal static JsonObject ListSchema() =>
        new()
        {
            ["type"] = "array",
            ["items"] = new JsonObject
            {
                ["anyOf"] = new JsonArray(
                    new JsonObject { ["type"] = "string" },
                    new JsonObject { ["type"] = "object" }
                ),
            },
        };

    /// <summary>Gives an error of the notation its line.</summary>
    internal static T At<T>(YamlSection section, YamlNode node, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (RecipeException error) when (error.Subject != section.Origin.Path)
        {
            throw section.At(node, error.Message);
        }
    }

    /// <summary>
    /// A layer is a word (<c>flatten</c>) or a mapping whose first key is its name (<c>{ conv: 64, kernel: 5 }</c>).
    /// </summary>
    private static HeadLayer Read(YamlSection section, YamlNode node, string key)
    {
        string notation = node switch
        {
            YamlScalarNode { Value: string word } => word,
            YamlMappingNode pairs
                when pairs.Children.Count > 0
                    && pairs.Children.All(pair => pair is { Key: YamlScalarNode, Value: YamlScalarNode }) =>
                string.Join(", ", pairs.Children.Select(pair => $"{pair.Key}: {pair.Value}")),
            _ => throw section.WrongType(node, key, "a layer such as flatten or { dense: 256 }"),
        };
        return At(section, node, () => HeadNotation.Read(notation));
    }
}
