using System.Globalization;
using Pipeline.Core.Errors;
using YamlDotNet.RepresentationModel;

namespace Pipeline.Trainer.Recipes;

/// <summary>Changes a single value of a recipe from the command line: <c>--set models.frozen.phases.0.epochs=2</c>.</summary>
internal static class RecipeOverride
{
    /// <summary>Applies one change.</summary>
    /// <param name="root">The recipe; changed.</param>
    /// <param name="change"><c>key.path=value</c>.</param>
    /// <exception cref="RecipeException">The text has no <c>=</c>, or its path leads nowhere.</exception>
    internal static void Apply(YamlMappingNode root, string change)
    {
        int equals = change.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            throw new RecipeException($"--set '{change}': expected key=value, such as seed=7 or models.frozen.phases.0.epochs=2.");
        }

        string[] keys = change[..equals].Split('.', StringSplitOptions.TrimEntries);
        YamlNode node = root;
        foreach (string key in keys[..^1])
        {
            node = Child(node, key) ?? throw new RecipeException($"--set '{change}': there is no '{key}' at that place of the recipe.");
        }

        YamlNode value = ParseValue(change[(equals + 1)..]);
        switch (node)
        {
            case YamlMappingNode mapping:
                mapping.Children[new YamlScalarNode(keys[^1])] = value;
                break;
            case YamlSequenceNode list when TryIndex(list, keys[^1], out int index):
                list.Children[index] = value;
                break;
            default:
                throw new RecipeException($"--set '{change}': '{keys[^1]}' is no key at that place of the recipe.");
        }
    }

    /// <summary>A value may be any YAML, such as <c>[cat, dog]</c>.</summary>
    private static YamlNode ParseValue(string text)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlDotNet.Core.YamlException error)
        {
            throw new RecipeException($"--set: '{text}' is no valid YAML value: {error.Message}", error);
        }

        return stream.Documents.Count == 0 ? new YamlScalarNode(string.Empty) : stream.Documents[0].RootNode;
    }

    private static YamlNode? Child(YamlNode node, string key) => node switch
    {
        YamlMappingNode mapping => mapping.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? child) ? child : null,
        YamlSequenceNode list when TryIndex(list, key, out int index) => list.Children[index],
        YamlSequenceNode list => list.Children.FirstOrDefault(item => item is YamlMappingNode named && named.Children.TryGetValue(new YamlScalarNode("name"), out YamlNode? name) && (name as YamlScalarNode)?.Value == key),
        _ => null,
    };

    private static bool TryIndex(YamlSequenceNode list, string key, out int index) =>
        int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out index) && index < list.Children.Count;
}
