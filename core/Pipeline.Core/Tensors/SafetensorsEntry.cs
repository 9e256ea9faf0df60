namespace Pipeline.Core.Tensors;

/// <summary>Where one tensor of a safetensors file lies.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ElementType">Type of the elements.</param>
/// <param name="Shape">Sizes, outermost first; empty for a scalar.</param>
/// <param name="Start">First byte, counted from the end of the header.</param>
/// <param name="ByteCount">Number of bytes.</param>
public sealed record SafetensorsEntry(
    string Name,
    TensorElementType ElementType,
    IReadOnlyList<long> Shape,
    long Start,
    long ByteCount
);
