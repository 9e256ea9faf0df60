namespace Pipeline.Export.Quantization;

/// <summary>What int8 means for an operator.</summary>
internal enum UnitKind
{
    /// <summary>Products with constant weights: Conv, Gemm, MatMul. Where the time goes.</summary>
    Weighted,

    /// <summary>Computes new values of activations: Add, Concat, average pooling. Worth it only between others.</summary>
    Arithmetic,

    /// <summary>Moves or selects values, so it works on bytes as they are: MaxPool, Flatten, Reshape, Transpose.</summary>
    Passing,
}
