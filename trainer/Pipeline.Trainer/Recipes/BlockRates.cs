namespace Pipeline.Trainer.Recipes;

/// <summary>
/// Learning rates of parts of a network, as factors of the phase's own. The head has the factor 1 unless it is named.
/// </summary>
/// <param name="Decay">
/// Factor per block, counted backwards from the head (layer-wise decay): the last block has it once, the one before
/// twice. In (0, 1]; 1 means none.
/// </param>
public sealed record BlockRates(double Decay)
{
    /// <summary>No part differs.</summary>
    public static BlockRates Uniform { get; } = new(1);

    /// <summary>
    /// Further factors by name or pattern of blocks, modules and nodes; the first that fits a node counts. Do not
    /// modify.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, double>> Factors { get; init; } = [];
}
