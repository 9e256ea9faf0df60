namespace Pipeline.Export;

/// <summary>In what numbers the exported graph computes.</summary>
public enum ExportPrecision
{
    /// <summary>float32 throughout.</summary>
    Fp32,

    /// <summary>
    /// float16 weights and layers, half the file. Input, normalisation, the sums of dense layers (ADR 5), outputs and
    /// the softmax are float32. For devices that compute in float16; ONNX Runtime on a CPU without such kernels
    /// computes most of it in float32 from the rounded weights.
    /// </summary>
    Fp16,
}
