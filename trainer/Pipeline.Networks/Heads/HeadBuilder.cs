using Pipeline.Core.Errors;
using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Heads;

/// <summary>Puts a classifier on a backbone.</summary>
internal static class HeadBuilder
{
    /// <summary>Block name of all head layers, those of a network's own classifier included.</summary>
    public const string BlockName = "head";

    /// <summary>The head that a recipe without one gets: global average pooling and one dense layer.</summary>
    public static IReadOnlyList<HeadLayer> Default { get; } = [new GlobalAveragePoolLayer(), new DenseLayer(null)];

    /// <summary>Appends the layers; the last one gives one raw score per class.</summary>
    /// <param name="backbone">
    /// The cut backbone, or the network with its own classifier when the head is <c>pretrained</c>. Borrowed.
    /// </param>
    /// <param name="layers">
    /// Layers in order; the last must be <c>dense: classes</c> or <c>sigmoid_unit</c>, or <c>pretrained</c> the only
    /// one.
    /// </param>
    /// <param name="classCount">Number of classes, at least 2.</param>
    /// <returns>Backbone and head as one graph; head nodes are named <c>head.&lt;layer&gt;</c>.</returns>
    /// <exception cref="RecipeException">
    /// The last layer does not give one score per class, or another one does.
    /// </exception>
    /// <exception cref="ShapeException">The layers do not fit together.</exception>
    public static NetworkGraph Append(NetworkGraph backbone, IReadOnlyList<HeadLayer> layers, int classCount)
    {
        if (layers is [PretrainedLayer pretrained])
        {
            return Group(backbone, pretrained, classCount);
        }

        if (layers.Count == 0 || !IsLast(layers[^1]) || layers.SkipLast(1).Any(IsLast))
        {
            throw new RecipeException(
                "A head must end in 'dense: classes' (or 'sigmoid_unit') and have it nowhere else; "
                    + "'pretrained' stands alone. Add it as the last item of 'head:'."
            );
        }

        if (layers[^1] is SigmoidUnitLayer && classCount != 2)
        {
            throw new RecipeException(
                $"'sigmoid_unit' tells 2 classes apart, found {classCount}. End the head in 'dense: classes'."
            );
        }

        GraphBuilder builder = new GraphBuilder(backbone).Block(BlockName);
        var appender = new LayerAppender(builder, $"{BlockName}.");
        foreach (HeadLayer layer in layers)
        {
            appender.Add(layer, classCount, isBlock: false);
        }

        return builder.Build();
    }

    /// <summary>Whether a node belongs to the head.</summary>
    /// <param name="node">A node of an appended graph.</param>
    /// <returns>Whether its block is the head.</returns>
    public static bool IsHead(Node node) => node.Block == BlockName;

    /// <summary>
    /// Where the backbone of a network ends: the node whose result is exported as <c>features</c>. A network that keeps
    /// its own classifier ends its backbone in front of that.
    /// </summary>
    /// <param name="graph">An appended graph. Borrowed.</param>
    /// <returns>The last node that does not belong to the head.</returns>
    public static Node BackboneEnd(NetworkGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return graph.Nodes.Last(node => !IsHead(node));
    }

    private static NetworkGraph Group(NetworkGraph network, PretrainedLayer head, int classCount)
    {
        int found = head.Groups?.Count ?? network.Output.OutputShape.Channels;
        if (found != classCount)
        {
            string what = head.Groups is null
                ? $"the pretrained classifier of '{network.Name}' has {found} classes"
                : $"'classes.group' has {found} groups";
            throw new RecipeException(
                $"There are {classCount} classes in the data, but {what}. Give one group for each class of the "
                    + "data: classes: { group: { cat: 281-285, dog: 151-268 } }."
            );
        }

        if (head.Groups is null)
        {
            return network;
        }

        GraphBuilder builder = new GraphBuilder(network).Block(BlockName);
        new LayerAppender(builder, $"{BlockName}.").Add(head, classCount, isBlock: false);
        return builder.Build();
    }

    private static bool IsLast(HeadLayer layer) =>
        layer is DenseLayer { Units: null } or SigmoidUnitLayer or PretrainedLayer;
}
