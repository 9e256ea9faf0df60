using YamlDotNet.RepresentationModel;

namespace Pipeline.Trainer.Recipes.Reading;

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
