using Pipeline.Core.Errors;
using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Heads;

/// <summary>Puts a new classifier on a backbone.</summary>
public static class HeadBuilder
{
    /// <summary>Block name of all head layers.</summary>
    public const string BlockName = "head";

    /// <summary>The head that a recipe without one gets: global average pooling and one dense layer.</summary>
    public static IReadOnlyList<HeadLayer> Default { get; } = [new GlobalAveragePoolLayer(), new DenseLayer(null)];

    /// <summary>Appends the layers; the last one gives one raw score per class.</summary>
    /// <param name="backbone">The cut backbone. Borrowed.</param>
    /// <param name="layers">Layers in order; the last must be <c>dense: classes</c>.</param>
    /// <param name="classCount">Number of classes, at least 2.</param>
    /// <returns>Backbone and head as one graph; head nodes are named <c>head.&lt;layer&gt;</c>.</returns>
    /// <exception cref="RecipeException">The last layer is not <c>dense: classes</c>, or another one is.</exception>
    /// <exception cref="ShapeException">The layers do not fit together.</exception>
    public static NetworkGraph Append(NetworkGraph backbone, IReadOnlyList<HeadLayer> layers, int classCount)
    {
        if (layers.Count == 0 || layers[^1] is not DenseLayer { Units: null } || layers.SkipLast(1).Any(layer => layer is DenseLayer { Units: null }))
        {
            throw new RecipeException("A head must end in 'dense: classes' and have it nowhere else. Add it as the last item of 'head:'.");
        }

        GraphBuilder builder = new GraphBuilder(backbone).Block(BlockName);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (HeadLayer layer in layers)
        {
            AddLayer(builder, layer, classCount, kind => Number(counts, kind));
        }

        return builder.Build();
    }

    /// <summary>Whether a node belongs to the head.</summary>
    /// <param name="node">A node of an appended graph.</param>
    /// <returns>Whether its block is the head.</returns>
    public static bool IsHead(Node node) => node.Block == BlockName;

    private static void AddLayer(GraphBuilder builder, HeadLayer layer, int classCount, Func<string, string> named)
    {
        switch (layer)
        {
            case GlobalAveragePoolLayer:
                builder.Add(named("global_average_pool"), new GlobalAveragePool());
                break;
            case FlattenLayer:
                builder.Add(named("flatten"), new Flatten());
                break;
            case StandardizeLayer:
                builder.Add(named("standardize"), new Standardize());
                break;
            case DropoutLayer dropout:
                builder.Add(named("dropout"), new Dropout(dropout.Rate));
                break;
            case ConvLayer conv:
                builder.Add(named("conv"), new Conv2d(conv.Channels, new Window(3, 1, Padding.All(1))));
                builder.Add(named("relu"), new Activation(ActivationKind.Relu));
                break;
            case MaxPoolLayer pool:
                builder.Add(named("max_pool"), new MaxPool2d(new Window(pool.Window, pool.Window, Padding.Same(builder.LastShape, pool.Window))));
                break;
            case DenseLayer { Units: int units }:
                builder.Add(named("dense"), new Linear(units));
                builder.Add(named("relu"), new Activation(ActivationKind.Relu));
                break;
            case DenseLayer:
                builder.Add(named("dense"), new Linear(classCount));
                break;
            default:
                throw new RecipeException($"The head layer {layer.GetType().Name} is not known to the head builder.");
        }
    }

    private static string Number(Dictionary<string, int> counts, string kind)
    {
        int number = counts[kind] = counts.GetValueOrDefault(kind) + 1;
        return number == 1 ? $"{BlockName}.{kind}" : $"{BlockName}.{kind}_{number}";
    }
}
