namespace Pipeline.Trainer.Recipes;

/// <summary>Which layers a phase trains.</summary>
/// <param name="Kind">How the set is said.</param>
/// <param name="Block">
/// Block, module or node from which on everything trains, for <see cref="TrainableKind.From"/>.
/// </param>
/// <param name="Count">Number of layers before the head, for <see cref="TrainableKind.Last"/>.</param>
public sealed record TrainableSet(TrainableKind Kind, string? Block = null, int Count = 0)
{
    /// <summary>Names and patterns of the layers, for <see cref="TrainableKind.Layers"/>. Do not modify.</summary>
    public IReadOnlyList<string> Layers { get; init; } = [];

    /// <summary>The set in words.</summary>
    /// <returns>Such as <c>the last 4 layers and the head</c>.</returns>
    public string Describe() =>
        Kind switch
        {
            TrainableKind.Head => "the head",
            TrainableKind.All => "all layers",
            TrainableKind.From => $"from {Block} on",
            TrainableKind.Last => $"the last {Count} layers and the head",
            TrainableKind.Layers => $"layers {string.Join(", ", Layers)}",
            _ => "nothing",
        };
}

/// <summary>How a trainable set is said.</summary>
public enum TrainableKind
{
    /// <summary>Nothing: the model is used as it is, and only measured.</summary>
    None,

    /// <summary>The new classifier only: feature extraction.</summary>
    Head,

    /// <summary>Everything.</summary>
    All,

    /// <summary>From a block on, head included.</summary>
    From,

    /// <summary>The last n layers of the backbone as Keras counts layers, and the head.</summary>
    Last,

    /// <summary>The layers that are listed, and no other: the head only when it is listed as well.</summary>
    Layers,
}
