using Pipeline.Core.Errors;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;
using Pipeline.Trainer.Recipes;

namespace Pipeline.Trainer.Execution;

/// <summary>Finds the nodes that a recipe's trainable set means.</summary>
internal static class TrainableNodes
{
    /// <summary>Lists the nodes.</summary>
    /// <param name="graph">Backbone and head. Borrowed.</param>
    /// <param name="set">The set.</param>
    /// <returns>Names of the trained nodes.</returns>
    /// <exception cref="RecipeException">
    /// A block or layer is unknown, or there are fewer layers than asked for.
    /// </exception>
    public static IReadOnlySet<string> Find(NetworkGraph graph, TrainableSet set)
    {
        IEnumerable<Node> nodes = set.Kind switch
        {
            TrainableKind.None => [],
            TrainableKind.Head => graph.Nodes.Where(HeadBuilder.IsHead),
            TrainableKind.All => graph.Nodes,
            TrainableKind.From => From(graph, set.Block ?? string.Empty),
            TrainableKind.Layers => Listed(graph, set.Layers),
            _ => Last(graph, set.Count),
        };
        return nodes.Select(node => node.Name).ToHashSet(StringComparer.Ordinal);
    }

    private static IEnumerable<Node> From(NetworkGraph graph, string name)
    {
        int start = graph.Nodes.TakeWhile(node => !node.IsIn(name)).Count();
        return start < graph.Nodes.Length ? graph.Nodes.Skip(start) : throw LayerNames.Unknown(graph, name, "from");
    }

    private static IEnumerable<Node> Listed(NetworkGraph graph, IReadOnlyList<string> names)
    {
        foreach (string name in names)
        {
            LayerNames.Require(graph, name, "layers");
        }

        return graph.Nodes.Where(node => names.Any(name => LayerNames.Fits(node, name)));
    }

    /// <summary>
    /// Layers are counted as Keras has them: an activation directly behind a convolution or dense layer belongs to it,
    /// and a convolution that is padded unequally has a padding layer before it.
    /// </summary>
    private static IEnumerable<Node> Last(NetworkGraph graph, int count)
    {
        Node[] backbone = [.. graph.Nodes.Where(node => !HeadBuilder.IsHead(node))];
        int layers = 0;
        int start = backbone.Length;
        while (layers < count && start > 0)
        {
            start--;
            layers += LayersOf(graph, backbone[start]);
        }

        return layers >= count
            ? graph.Nodes.Skip(start)
            : throw new RecipeException(
                $"'last: {count}' asks for {count} layers, the backbone '{graph.Name}' has {layers}. "
                    + "Use a smaller number, or 'all'."
            );
    }

    private static int LayersOf(NetworkGraph graph, Node node) =>
        node.Operation switch
        {
            Activation
                when node.Inputs[0] != NetworkGraph.InputName && graph[node.Inputs[0]].Operation is Conv2d or Linear =>
                0,
            Conv2d { Window.Padding.IsSymmetric: false } => 2,
            _ => 1,
        };
}
