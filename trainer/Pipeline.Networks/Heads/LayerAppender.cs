using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Heads;

/// <summary>
/// Adds the nodes of listed layers to a network, each named after its layer and numbered from the second of a kind on:
/// <c>head.dense</c>, <c>head.dense_2</c>.
/// </summary>
/// <param name="builder">Where to add.</param>
/// <param name="prefix">Put before each name.</param>
internal sealed class LayerAppender(GraphBuilder builder, string prefix)
{
    private readonly Dictionary<string, int> counts = new(StringComparer.Ordinal);

    /// <summary>Adds one layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="classCount">Outputs of <c>dense: classes</c>.</param>
    /// <param name="isBlock">Whether the layer becomes a block of its own, by which it can be frozen.</param>
    /// <exception cref="ShapeException">The layer does not fit.</exception>
    internal void Add(HeadLayer layer, int classCount, bool isBlock)
    {
        string name = Named(
            layer switch
            {
                ActivationLayer activation => Kind(activation.Function),
                SigmoidUnitLayer => "dense",
                PretrainedLayer => "group_classes",
                _ => HeadNotation.Write(layer).Split(':')[0],
            }
        );
        if (isBlock)
        {
            builder.Block(name);
        }

        builder.Add(name, OperationOf(layer, classCount));
        ActivationKind? following = layer switch
        {
            ConvLayer conv => conv.Activation,
            DenseLayer { Units: not null } dense => dense.Activation,
            _ => null,
        };
        if (following is { } function)
        {
            builder.Add(Named(Kind(function)), new Activation(function));
        }

        if (layer is SigmoidUnitLayer)
        {
            builder.Add(Named("binary_scores"), new BinaryScores());
        }
    }

    private Operation OperationOf(HeadLayer layer, int classCount) =>
        layer switch
        {
            GlobalAveragePoolLayer => new GlobalAveragePool(),
            FlattenLayer => new Flatten(),
            StandardizeLayer => new Standardize(),
            BatchNormLayer => new BatchNorm2d(),
            ActivationLayer activation => new Activation(activation.Function),
            DropoutLayer dropout => new Dropout(dropout.Rate),
            ConvLayer conv => new Conv2d(
                conv.Channels,
                Window(conv.Kernel, conv.Stride, conv.IsSame),
                conv.Groups,
                conv.HasBias
            ),
            MaxPoolLayer pool => new MaxPool2d(Window(pool.Window, pool.Stride ?? pool.Window, pool.IsSame)),
            DenseLayer dense => new Linear(dense.Units ?? classCount),
            SigmoidUnitLayer => new Linear(1),
            PretrainedLayer { Groups: { } groups } => new GroupClasses([.. groups.Select(group => group.Indices)]),
            _ => throw new RecipeException($"The layer {layer.GetType().Name} cannot stand here."),
        };

    private Window Window(Extent kernel, Extent stride, bool isSame) =>
        new(kernel, stride, isSame ? Padding.Same(builder.LastShape, kernel, stride) : Padding.None);

    private static string Kind(ActivationKind function) => WireNames.ToKebab(function);

    private string Named(string kind)
    {
        int number = counts[kind] = counts.GetValueOrDefault(kind) + 1;
        return number == 1 ? $"{prefix}{kind}" : $"{prefix}{kind}_{number}";
    }
}
