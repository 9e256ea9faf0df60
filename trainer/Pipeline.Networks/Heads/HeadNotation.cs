using System.Globalization;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Heads;

/// <summary>
/// The notation of layers in recipes and checkpoints: a name, its value if it has one, and options: <c>flatten</c>,
/// <c>dropout: 0.5</c>, <c>conv: 32, kernel: 5, padding: valid</c>, <c>dense: classes</c>. What equals its default is
/// not written.
/// </summary>
internal static class HeadNotation
{
    private const string GlobalAveragePool = "global_average_pool";
    private const string Flatten = "flatten";
    private const string Standardize = "standardize";
    private const string BatchNorm = "batch_norm";
    private const string Activation = "activation";
    private const string Dropout = "dropout";
    private const string Conv = "conv";
    private const string MaxPool = "max_pool";
    private const string Dense = "dense";
    private const string SigmoidUnit = "sigmoid_unit";
    private const string Pretrained = "pretrained";
    private const string Classes = "classes";

    /// <summary>The names of layers.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        GlobalAveragePool,
        Flatten,
        Standardize,
        BatchNorm,
        Activation,
        Dropout,
        Conv,
        MaxPool,
        Dense,
        SigmoidUnit,
        Pretrained,
    ];

    /// <summary>Writes one layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <returns>Its name, after a colon its value if it has one, after commas its options.</returns>
    public static string Write(HeadLayer layer) =>
        layer switch
        {
            GlobalAveragePoolLayer => GlobalAveragePool,
            FlattenLayer => Flatten,
            StandardizeLayer => Standardize,
            BatchNormLayer => BatchNorm,
            ActivationLayer activation => $"{Activation}: {WireNames.ToKebab(activation.Function)}",
            DropoutLayer dropout => string.Create(CultureInfo.InvariantCulture, $"{Dropout}: {dropout.Rate}"),
            ConvLayer conv => Join(
                $"{Conv}: {conv.Channels}",
                Option(
                    "kernel",
                    conv.Kernel.Height == conv.Kernel.Width ? Text(conv.Kernel.Height) : conv.Kernel.ToString(),
                    "3"
                ),
                Option("stride", Text(conv.Stride), "1"),
                Option("padding", conv.IsSame ? "same" : "valid", "same"),
                Option("groups", Text(conv.Groups), "1"),
                Option("bias", conv.HasBias ? "true" : "false", "true"),
                Option("activation", Text(conv.Activation), "relu")
            ),
            MaxPoolLayer pool => Join(
                $"{MaxPool}: {pool.Window}",
                Option("stride", Text(pool.Stride ?? pool.Window), Text(pool.Window)),
                Option("padding", pool.IsSame ? "same" : "valid", "same")
            ),
            DenseLayer { Units: int units } dense => Join(
                $"{Dense}: {units}",
                Option("activation", Text(dense.Activation), "relu")
            ),
            DenseLayer => $"{Dense}: {Classes}",
            SigmoidUnitLayer => SigmoidUnit,
            PretrainedLayer { Groups: null } => Pretrained,
            PretrainedLayer { Groups: { } groups } => $"{Pretrained}: {string.Join(" | ", groups)}",
            _ => throw new ArgumentException($"No notation for {layer.GetType().Name}.", nameof(layer)),
        };

    /// <summary>Reads one layer.</summary>
    /// <param name="text">Name, colon and value, commas and options.</param>
    /// <returns>The layer.</returns>
    /// <exception cref="RecipeException">
    /// The layer or an option is unknown, or a value is missing or out of range.
    /// </exception>
    public static HeadLayer Read(string text)
    {
        var arguments = new LayerArguments(text);
        HeadLayer layer = arguments.Name switch
        {
            GlobalAveragePool => new GlobalAveragePoolLayer(),
            Flatten => new FlattenLayer(),
            Standardize => new StandardizeLayer(),
            BatchNorm => new BatchNormLayer(),
            SigmoidUnit => new SigmoidUnitLayer(),
            Activation => new ActivationLayer(LayerArguments.ParseActivation(arguments.Value ?? string.Empty)),
            Dropout => ReadDropout(arguments),
            Conv => ReadConv(arguments),
            MaxPool => new MaxPoolLayer(arguments.Count("the side of the window, such as 2"))
            {
                Stride = arguments.CountOption("stride"),
                IsSame = arguments.IsSame(),
            },
            Dense when arguments.Value == Classes => new DenseLayer(null),
            Dense => new DenseLayer(arguments.Count("a number of units such as 256, or 'classes'"))
            {
                Activation = arguments.Activation(ActivationKind.Relu),
            },
            Pretrained => new PretrainedLayer(
                arguments.Value is null
                    ? null
                    :
                    [
                        .. arguments
                            .Value.Split('|', StringSplitOptions.TrimEntries)
                            .Select(group => new ClassGroup(group)),
                    ]
            ),
            _ => throw new RecipeException(
                $"There is no head layer '{arguments.Name}'.{Spelling.DidYouMean(arguments.Name, Names)} Known: "
                    + $"{string.Join(", ", Names)}."
            ),
        };
        if (layer is GlobalAveragePoolLayer or FlattenLayer or StandardizeLayer or BatchNormLayer or SigmoidUnitLayer)
        {
            arguments.RequireNoValue();
        }

        arguments.RequireNoMore();
        return layer;
    }

    private static DropoutLayer ReadDropout(LayerArguments arguments) =>
        double.TryParse(arguments.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double rate)
        && rate is >= 0 and < 1
            ? new DropoutLayer(rate)
            : throw arguments.WrongValue("a share of at least 0 and less than 1, such as 0.5");

    private static ConvLayer ReadConv(LayerArguments arguments) =>
        new(arguments.Count("a number of channels such as 32"))
        {
            Kernel = arguments.SizeOption("kernel", 3),
            Stride = arguments.CountOption("stride") ?? 1,
            IsSame = arguments.IsSame(),
            Groups = arguments.CountOption("groups") ?? 1,
            HasBias = arguments.Flag("bias", missing: true),
            Activation = arguments.Activation(ActivationKind.Relu),
        };

    private static string Join(params IEnumerable<string?> parts) =>
        string.Join(", ", parts.Where(part => part is not null));

    private static string? Option(string key, string value, string usual) => value == usual ? null : $"{key}: {value}";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(ActivationKind? activation) => activation is { } kind ? WireNames.ToKebab(kind) : "none";
}
