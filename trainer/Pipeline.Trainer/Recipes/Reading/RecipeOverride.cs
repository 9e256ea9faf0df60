using System.Globalization;
using Pipeline.Core.Errors;
using YamlDotNet.RepresentationModel;

namespace Pipeline.Trainer.Recipes.Reading;

/// <summary>
/// Changes a single value of a recipe from the command line: <c>--set models.frozen.phases.0.epochs=2</c>.
/// </summary>
internal static class RecipeOverride
{
    /// <summary>
    /// Applies one change. A key that the recipe does not have is added, and refused later by the reader, with the
    /// nearest valid one, if it means nothing there.
    /// </summary>
    /// <param name="root">The recipe; changed.</param>
    /// <param name="change"><c>key.path=value</c>; without a value the key is taken away.</param>
    /// <param name="origin">Told which nodes came from the command line.</param>
    /// <exception cref="RecipeException">The text has no <c>=</c>, or its path leads nowhere.</exception>
    internal static void Apply(YamlMappingNode root, string change, RecipeOrigin origin)
    {
        int equals = change.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            throw new RecipeException(
                $"--set '{change}': expected key=value, such as seed=7 or models.frozen.phases.0.epochs=2."
            );
        }

        string[] keys = change[..equals].Split('.', StringSplitOptions.TrimEntries);
        YamlNode value = ParseValue(change);
        origin.Note(value, change);
        YamlNode node = root;
        for (int depth = 0; depth < keys.Length - 1; depth++)
        {
            node = Child(node, keys, depth, change, origin);
        }

        switch (node)
        {
            case YamlMappingNode mapping
                when value is YamlScalarNode { Value: "", Style: YamlDotNet.Core.ScalarStyle.Any }:
                mapping.Children.Remove(new YamlScalarNode(keys[^1]));
                break;
            case YamlMappingNode mapping:
                mapping.Children[Key(keys[^1], change, origin)] = value;
                break;
            case YamlSequenceNode list when TryIndex(list, keys[^1], out int index):
                list.Children[index] = value;
                break;
            default:
                throw NoSuch(node, keys, keys.Length - 1, change);
        }
    }

    /// <summary>A value may be any YAML, such as <c>[cat, dog]</c>.</summary>
    private static YamlNode ParseValue(string change)
    {
        string text = change[(change.IndexOf('=', StringComparison.Ordinal) + 1)..];
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (Exception error) when (error is YamlDotNet.Core.YamlException or InvalidOperationException)
        {
            throw new RecipeException(
                $"--set '{change}': '{text}' is no valid YAML value. Expected a word, a number, true, "
                    + "false or a list such as [cat, dog].",
                error
            );
        }

        return stream.Documents.Count == 0 ? new YamlScalarNode(string.Empty) : stream.Documents[0].RootNode;
    }

    private static YamlNode Child(YamlNode node, string[] keys, int depth, string change, RecipeOrigin origin)
    {
        string key = keys[depth];
        switch (node)
        {
            case YamlMappingNode mapping:
                if (!mapping.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? child))
                {
                    child = new YamlMappingNode();
                    origin.Note(child, change);
                    mapping.Children.Add(Key(key, change, origin), child);
                }

                return child;
            case YamlSequenceNode list when TryIndex(list, key, out int index):
                return list.Children[index];
            case YamlSequenceNode list:
                return list.Children.FirstOrDefault(item => NameOf(item) == key)
                    ?? throw NoSuch(node, keys, depth, change);
            default:
                throw NoSuch(node, keys, depth, change);
        }
    }

    private static YamlScalarNode Key(string key, string change, RecipeOrigin origin)
    {
        var node = new YamlScalarNode(key);
        origin.Note(node, change);
        return node;
    }

    /// <summary>A path that leads nowhere: into a single value, or to an item that a list does not have.</summary>
    private static RecipeException NoSuch(YamlNode node, string[] keys, int depth, string change)
    {
        string above = depth == 0 ? "the recipe" : $"'{string.Join('.', keys[..depth])}'";
        if (node is not YamlSequenceNode list)
        {
            return new RecipeException(
                $"--set '{change}': {above} is the single value '{node}', which has no '{keys[depth]}' in it. "
                    + "Give a path that ends there."
            )
            {
                Found = keys[depth],
            };
        }

        string[] names = [.. list.Children.Select(NameOf).OfType<string>()];
        string known = names.Length > 0 ? $" or a name of: {string.Join(", ", names)}" : string.Empty;
        return new RecipeException(
            $"--set '{change}': the list {above} has no item '{keys[depth]}'. "
                + $"Expected a number from 0 to {list.Children.Count - 1}{known}."
        )
        {
            Found = keys[depth],
        };
    }

    private static string? NameOf(YamlNode item) =>
        item is YamlMappingNode named && named.Children.TryGetValue(new YamlScalarNode("name"), out YamlNode? name)
            ? (name as YamlScalarNode)?.Value
            : null;

    private static bool TryIndex(YamlSequenceNode list, string key, out int index) =>
        int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out index) && index < list.Children.Count;
}
