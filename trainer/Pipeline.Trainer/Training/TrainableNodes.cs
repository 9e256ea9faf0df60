using Pipeline.Core.Errors;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;
using Pipeline.Trainer.Recipes;

namespace Pipeline.Trainer.Training;

/// <summary>Finds the nodes that a recipe's trainable set means.</summary>
public static class TrainableNodes
{
    /// <summary>Lists the nodes.</summary>
    /// <param name="graph">Backbone and head. Borrowed.</param>
    /// <param name="set">The set.</param>
    /// <returns>Names of the trained nodes.</returns>
    /// <exception cref="RecipeException">The block is unknown, or there are fewer blocks than asked for.</exception>
    public static IReadOnlySet<string> Of(NetworkGraph graph, TrainableSet set)
    {
        IEnumerable<Node> nodes = set.Kind switch
        {
            TrainableKind.Head => graph.Nodes.Where(HeadBuilder.IsHead),
            TrainableKind.All => graph.Nodes,
            TrainableKind.From => From(graph, set.Block ?? string.Empty),
            _ => From(graph, LastBlock(graph, set.Count)),
        };
        return nodes.Select(node => node.Name).ToHashSet(StringComparer.Ordinal);
    }

    private static IEnumerable<Node> From(NetworkGraph graph, string name)
    {
        int start = graph.Nodes.TakeWhile(node => node.Block != name && node.Name != name).Count();
        return start < graph.Nodes.Length
            ? graph.Nodes.Skip(start)
            : throw new RecipeException($"Network '{graph.Name}' has no block or node '{name}' before its cut. Did you mean '{Spelling.Nearest(name, graph.Blocks)}'? Blocks: {string.Join(", ", graph.Blocks)}.") { Found = name };
    }

    private static string LastBlock(NetworkGraph graph, int count)
    {
        string[] blocks = [.. graph.Blocks.Where(block => block != HeadBuilder.BlockName)];
        return count <= blocks.Length
            ? blocks[^count]
            : throw new RecipeException($"'last: {count}' asks for {count} blocks, the backbone '{graph.Name}' has {blocks.Length}: {string.Join(", ", blocks)}.");
    }
}
