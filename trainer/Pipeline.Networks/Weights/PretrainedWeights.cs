using Pipeline.Core.Tensors;

namespace Pipeline.Networks.Weights;

/// <summary>Weights for a backbone and what must be known about them.</summary>
/// <param name="Weights">One tensor per parameter of the backbone. Owned by the caller.</param>
/// <param name="Name">Name in the registry, as the recipe gives it.</param>
/// <param name="Sha256">Hex SHA-256 over the files that they came from, in a fixed order; goes into the model's provenance.</param>
/// <param name="Licence">Licence and origin, one line.</param>
public sealed record PretrainedWeights(WeightSet Weights, string Name, string Sha256, string Licence);
