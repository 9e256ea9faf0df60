using System.Globalization;
using Pipeline.Core.Errors;
using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Heads;

/// <summary>The notation of head layers in recipes and checkpoints: <c>global_average_pool</c>, <c>flatten</c>, <c>standardize</c>, <c>dropout: 0.5</c>, <c>conv: 32</c>, <c>max_pool: 2</c>, <c>dense: 256</c>, <c>dense: classes</c>.</summary>
public static class HeadNotation
{
    private const string GlobalAveragePool = "global_average_pool";
    private const string Flatten = "flatten";
    private const string Standardize = "standardize";
    private const string Dropout = "dropout";
    private const string Conv = "conv";
    private const string MaxPool = "max_pool";
    private const string Dense = "dense";
    private const string Classes = "classes";

    /// <summary>The names of layers.</summary>
    public static IReadOnlyList<string> Names { get; } = [GlobalAveragePool, Flatten, Standardize, Dropout, Conv, MaxPool, Dense];

    /// <summary>Writes one layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <returns>Its name, and after a colon its number if it has one.</returns>
    public static string Write(HeadLayer layer) => layer switch
    {
        GlobalAveragePoolLayer => GlobalAveragePool,
        FlattenLayer => Flatten,
        StandardizeLayer => Standardize,
        DropoutLayer dropout => string.Create(CultureInfo.InvariantCulture, $"{Dropout}: {dropout.Rate}"),
        ConvLayer conv => string.Create(CultureInfo.InvariantCulture, $"{Conv}: {conv.Channels}"),
        MaxPoolLayer pool => string.Create(CultureInfo.InvariantCulture, $"{MaxPool}: {pool.Window}"),
        DenseLayer { Units: int units } => string.Create(CultureInfo.InvariantCulture, $"{Dense}: {units}"),
        DenseLayer => $"{Dense}: {Classes}",
        _ => throw new ArgumentException($"No notation for {layer.GetType().Name}.", nameof(layer)),
    };

    /// <summary>Reads one layer.</summary>
    /// <param name="text">Name, or name, colon and number.</param>
    /// <returns>The layer.</returns>
    /// <exception cref="RecipeException">The layer is unknown or its number is missing or out of range.</exception>
    public static HeadLayer Read(string text)
    {
        string[] parts = text.Split(':', 2, StringSplitOptions.TrimEntries);
        string? argument = parts.Length == 2 ? parts[1] : null;
        return (parts[0], argument) switch
        {
            (GlobalAveragePool, null) => new GlobalAveragePoolLayer(),
            (Flatten, null) => new FlattenLayer(),
            (Standardize, null) => new StandardizeLayer(),
            (Dense, Classes) => new DenseLayer(null),
            (Dense, not null) when IsCount(argument, out int units) => new DenseLayer(units),
            (Conv, not null) when IsCount(argument, out int channels) => new ConvLayer(channels),
            (MaxPool, not null) when IsCount(argument, out int window) => new MaxPoolLayer(window),
            (Dropout, not null) when double.TryParse(argument, NumberStyles.Float, CultureInfo.InvariantCulture, out double rate) && rate is >= 0 and < 1 => new DropoutLayer(rate),
            (Dense, _) => throw new RecipeException($"Head layer 'dense' has '{argument}', expected a number of units such as 256, or 'classes'."),
            (Conv, _) => throw new RecipeException($"Head layer 'conv' has '{argument}', expected a number of channels such as 32."),
            (MaxPool, _) => throw new RecipeException($"Head layer 'max_pool' has '{argument}', expected the side of the window, such as 2."),
            (Dropout, _) => throw new RecipeException($"Head layer 'dropout' has '{argument}', expected a share of at least 0 and less than 1, such as 0.5."),
            (GlobalAveragePool or Flatten or Standardize, _) => throw new RecipeException($"Head layer '{parts[0]}' takes no value, found '{argument}'."),
            _ => throw new RecipeException($"There is no head layer '{parts[0]}'. Did you mean '{Spelling.Nearest(parts[0], Names)}'? Known: {string.Join(", ", Names)}."),
        };
    }

    private static bool IsCount(string text, out int count) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count > 0;
}
