using Pipeline.Core.Errors;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Pipeline.Trainer.Recipes.Reading;

/// <summary>
/// From the text of a recipe to its top mapping; every fault of the YAML itself is one message with a line.
/// </summary>
internal static class RecipeText
{
    /// <summary>More than any recipe has; a deeper file would exhaust the stack of the parser.</summary>
    private const int DeepestNesting = 64;

    /// <summary>Reads one YAML mapping.</summary>
    /// <param name="text">YAML.</param>
    /// <param name="path">Name for messages.</param>
    /// <returns>The mapping.</returns>
    /// <exception cref="RecipeException">No valid YAML, or not one mapping.</exception>
    internal static YamlMappingNode Parse(string text, string path)
    {
        CheckSyntax(text, path);
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException error)
        {
            throw Invalid(path, error.Start, error.Message, error);
        }

        return stream.Documents is [{ RootNode: YamlMappingNode root }]
            ? root
            : throw new RecipeException(
                $"{path}: a recipe is one YAML mapping that starts with 'name:'. See recipes/cats-dogs-cifar.yaml."
            )
            {
                Subject = path,
            };
    }

    private static void CheckSyntax(string text, string path)
    {
        var parser = new Parser(new StringReader(text));
        int depth = 0;
        try
        {
            while (parser.MoveNext())
            {
                depth += parser.Current?.NestingIncrease ?? 0;
                if (depth > DeepestNesting)
                {
                    throw Invalid(
                        path,
                        parser.Current?.Start ?? Mark.Empty,
                        $"lists and mappings are nested deeper than {DeepestNesting}",
                        null
                    );
                }
            }
        }
        catch (YamlException error)
        {
            throw Invalid(path, error.Start, error.Message, error);
        }
        catch (InvalidOperationException error)
        {
            // The scanner's answer to a list or mapping that is never closed: it has lost the place, the last good one
            // is near.
            throw Invalid(
                path,
                parser.Current?.Start ?? Mark.Empty,
                "a list or mapping that begins here or above is not closed with ']' or '}'",
                error
            );
        }
    }

    private static RecipeException Invalid(string path, Mark place, string reason, Exception? cause)
    {
        const string Duplicate = "Duplicate key ";
        string remedy = reason.StartsWith(Duplicate, StringComparison.Ordinal)
            ? $"the key '{reason[Duplicate.Length..].TrimEnd('.')}' stands twice in one mapping. Remove one of them."
            : $"no valid YAML: {reason.TrimEnd('.')}. Correct it there or in the line before.";
        return new RecipeException($"{path}, line {place.Line}, column {place.Column}: {remedy}", cause)
        {
            Subject = path,
        };
    }
}

/// <summary>
/// Where each part of a recipe was written, for messages: at a line of the file, or in a <c>--set</c> of the command
/// line.
/// </summary>
/// <param name="path">Path of the file.</param>
internal sealed class RecipeOrigin(string path)
{
    private readonly Dictionary<YamlNode, string> changes = new(ReferenceEqualityComparer.Instance);

    /// <summary>Path of the file.</summary>
    internal string Path => path;

    /// <summary>Notes that a node, with all below it, came from the command line.</summary>
    /// <param name="node">The node. Borrowed.</param>
    /// <param name="change">What was typed, <c>key.path=value</c>.</param>
    internal void Note(YamlNode node, string change)
    {
        foreach (YamlNode part in node.AllNodes)
        {
            changes[part] = change;
        }
    }

    /// <summary>Where a node was written.</summary>
    /// <param name="node">The node. Borrowed.</param>
    /// <returns>Such as <c>recipe.yaml, line 3, column 7</c> or <c>--set 'seed=x'</c>.</returns>
    internal string Locate(YamlNode node) =>
        changes.TryGetValue(node, out string? change)
            ? $"--set '{change}'"
            : $"{path}, line {node.Start.Line}, column {node.Start.Column}";
}
