using System.IO.Enumeration;
using Pipeline.Core.Errors;
using Pipeline.Networks.Graph;

namespace Pipeline.Trainer.Execution;

/// <summary>
/// Finds nodes by what a recipe calls them: a block, a module, a node, or a pattern of these with <c>*</c> and
/// <c>?</c>.
/// </summary>
internal static class LayerNames
{
    /// <summary>Whether a name or pattern means a node.</summary>
    internal static bool Fits(Node node, string name) =>
        name.AsSpan().ContainsAny('*', '?')
            ? FileSystemName.MatchesSimpleExpression(name, node.Name, ignoreCase: false)
                || FileSystemName.MatchesSimpleExpression(name, node.Block, ignoreCase: false)
            : node.IsIn(name);

    /// <summary>Refuses a name that means no node with parameters.</summary>
    /// <exception cref="RecipeException">The message names the nearest block or node.</exception>
    internal static void Require(NetworkGraph graph, string name, string key)
    {
        if (!graph.Nodes.Any(node => node.Parameters.Count > 0 && Fits(node, name)))
        {
            throw Unknown(graph, name, key);
        }
    }

    /// <summary>The error for a name that means nothing.</summary>
    internal static RecipeException Unknown(NetworkGraph graph, string name, string key)
    {
        string guess = Spelling.DidYouMean(
            name,
            graph.Blocks.Concat(graph.Nodes.Where(node => node.Parameters.Count > 0).Select(node => node.Name))
        );
        return new RecipeException(
            $"'{key}' names '{name}', which is no block or layer with parameters of network '{graph.Name}' before "
                + $"its cut.{guess} Blocks: {string.Join(", ", graph.Blocks)}."
        )
        {
            Found = name,
        };
    }
}
