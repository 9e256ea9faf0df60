namespace Pipeline.Core.Tensors;

/// <summary>Type of a stored tensor's elements; the names in files are safetensors' own (F32, U8, ...).</summary>
public enum TensorElementType
{
    /// <summary>32-bit float, <c>F32</c>.</summary>
    Float32,

    /// <summary>16-bit float, <c>F16</c>.</summary>
    Float16,

    /// <summary>bfloat16, <c>BF16</c>.</summary>
    BFloat16,

    /// <summary>64-bit float, <c>F64</c>.</summary>
    Float64,

    /// <summary>Unsigned byte, <c>U8</c>.</summary>
    UInt8,

    /// <summary>Signed byte, <c>I8</c>.</summary>
    Int8,

    /// <summary>32-bit integer, <c>I32</c>.</summary>
    Int32,

    /// <summary>64-bit integer, <c>I64</c>.</summary>
    Int64,
}
