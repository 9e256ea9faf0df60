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
}
