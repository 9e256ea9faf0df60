namespace Pipeline.Networks.Graph;

/// <summary>What a parameter tensor is for; the trainer initialises, trains and decays by it.</summary>
public enum ParameterRole
{
    /// <summary>
    /// Kernel of a convolution or matrix of a dense layer: trained, decayed, Glorot or He initialised.
    /// </summary>
    Weight,

    /// <summary>Additive term: trained, starts at 0.</summary>
    Bias,

    /// <summary>
    /// Multiplicative term of a normalisation or a residual branch: trained, starts at 1 unless its spec says
    /// otherwise.
    /// </summary>
    Scale,

    /// <summary>Running or fixed mean: a buffer, starts at 0.</summary>
    Mean,

    /// <summary>Running variance or fixed deviation: a buffer, starts at 1.</summary>
    Spread,
}

/// <summary>One tensor of a node.</summary>
/// <param name="Key">State-dict key: node name, a dot, and PyTorch's parameter name.</param>
/// <param name="Shape">Sizes in PyTorch's layout. Do not modify.</param>
/// <param name="Role">What it is for.</param>
public sealed record ParameterSpec(string Key, long[] Shape, ParameterRole Role)
{
    /// <summary>Starting value of a scale or spread.</summary>
    public double Start { get; init; } = 1;

    /// <summary>Whether an optimizer may change it; means and spreads are buffers.</summary>
    public bool IsTrainable => Role is ParameterRole.Weight or ParameterRole.Bias or ParameterRole.Scale;

    /// <summary>Number of values.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);
}
