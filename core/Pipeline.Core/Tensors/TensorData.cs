using System.Runtime.InteropServices;
using Pipeline.Core.Errors;

namespace Pipeline.Core.Tensors;

/// <summary>One named tensor in managed memory: little-endian, row-major, no padding.</summary>
public sealed class TensorData
{
    private readonly long[] shape;

    /// <summary>Wraps bytes; they are borrowed, not copied.</summary>
    /// <param name="name">State-dict key, such as <c>block_1_expand.weight</c>.</param>
    /// <param name="elementType">Type of the elements.</param>
    /// <param name="shape">Sizes, none negative; empty for a scalar.</param>
    /// <param name="bytes">Exactly product(shape) elements.</param>
    /// <exception cref="ShapeException">The number of bytes does not fit the shape.</exception>
    public TensorData(string name, TensorElementType elementType, IReadOnlyList<long> shape, ReadOnlyMemory<byte> bytes)
    {
        Name = name;
        ElementType = elementType;
        this.shape = [.. shape];
        Bytes = bytes;
        long expected = checked(ElementCount * TensorElementTypes.SizeOf(elementType));
        if (this.shape.Any(size => size < 0) || expected != bytes.Length)
        {
            throw new ShapeException(
                $"Tensor '{name}' {ShapeText} of {elementType} needs {expected} bytes, found {bytes.Length}."
            )
            {
                Subject = name,
            };
        }
    }

    /// <summary>State-dict key.</summary>
    public string Name { get; }

    /// <summary>Type of the elements.</summary>
    public TensorElementType ElementType { get; }

    /// <summary>Sizes, outermost first; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape => shape;

    /// <summary>Product of the shape.</summary>
    public long ElementCount
    {
        get
        {
            long count = 1;
            foreach (long size in shape)
            {
                count = checked(count * size);
            }

            return count;
        }
    }

    /// <summary>The elements, little-endian. Borrowed.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The shape as a message shows it: <c>[10, 512]</c>.</summary>
    public string ShapeText => $"[{string.Join(", ", shape)}]";

    /// <summary>Makes a float tensor.</summary>
    /// <param name="name">State-dict key.</param>
    /// <param name="shape">Sizes.</param>
    /// <param name="values">product(shape) values; copied.</param>
    /// <returns>A tensor that owns its memory.</returns>
    /// <exception cref="ShapeException">The number of values does not fit the shape.</exception>
    public static TensorData FromFloat32(string name, IReadOnlyList<long> shape, ReadOnlySpan<float> values) =>
        new(name, TensorElementType.Float32, shape, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>Makes an integer tensor.</summary>
    /// <param name="name">State-dict key.</param>
    /// <param name="shape">Sizes.</param>
    /// <param name="values">product(shape) values; copied.</param>
    /// <returns>A tensor that owns its memory.</returns>
    /// <exception cref="ShapeException">The number of values does not fit the shape.</exception>
    public static TensorData FromInt64(string name, IReadOnlyList<long> shape, ReadOnlySpan<long> values) =>
        new(name, TensorElementType.Int64, shape, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>The elements as floats, without copying.</summary>
    /// <returns>A view of <see cref="Bytes"/>.</returns>
    /// <exception cref="ShapeException">The tensor is of another type.</exception>
    public ReadOnlySpan<float> AsFloat32()
    {
        Require(TensorElementType.Float32);
        return MemoryMarshal.Cast<byte, float>(Bytes.Span);
    }

    /// <summary>The elements as 64-bit integers, without copying.</summary>
    /// <returns>A view of <see cref="Bytes"/>.</returns>
    /// <exception cref="ShapeException">The tensor is of another type.</exception>
    public ReadOnlySpan<long> AsInt64()
    {
        Require(TensorElementType.Int64);
        return MemoryMarshal.Cast<byte, long>(Bytes.Span);
    }

    /// <summary>The same elements under another name.</summary>
    /// <param name="name">The new state-dict key.</param>
    /// <returns>This tensor when it has that name, else a view of its bytes.</returns>
    public TensorData Named(string name) => name == Name ? this : new TensorData(name, ElementType, shape, Bytes);

    private void Require(TensorElementType expected)
    {
        if (ElementType != expected)
        {
            throw new ShapeException($"Tensor '{Name}' holds {ElementType}, expected {expected}.")
            {
                Subject = Name,
                Expected = expected.ToString(),
                Found = ElementType.ToString(),
            };
        }
    }
}
