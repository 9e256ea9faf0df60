namespace Pipeline.Export.Quantization;

/// <summary>What int8 means for an operator.</summary>
internal enum UnitKind
{
    /// <summary>Products with constant weights: Conv, Gemm, MatMul. Where the time goes.</summary>
    Weighted,

    /// <summary>
    /// Computes new values of activations: Add, Mul, Concat, average pooling, Sigmoid, HardSwish. Worth it only between
    /// others.
    /// </summary>
    Arithmetic,

    /// <summary>
    /// HardSigmoid: its clipped line is what rounding to bytes does by itself, so the bytes of its input, read with
    /// another scale, are its result, and no operator is left.
    /// </summary>
    Rescaling,

    /// <summary>
    /// Moves or selects values, so it works on bytes as they are: MaxPool, Flatten, Reshape, Transpose.
    /// </summary>
    Passing,
}
