using System.Buffers.Binary;
using Pipeline.Core.Errors;

namespace Pipeline.Core.Tensors;

/// <summary>
/// What a reader of foreign files asks of an element type, and floats made of the other floating-point types.
/// </summary>
public static class ElementTypeExtensions
{
    /// <summary>Whether a type's elements are floating-point numbers.</summary>
    /// <param name="type">The type.</param>
    /// <returns>Whether <see cref="ToFloat32"/> takes it.</returns>
    public static bool IsFloat(this TensorElementType type) =>
        type
            is TensorElementType.Float32
                or TensorElementType.Float16
                or TensorElementType.BFloat16
                or TensorElementType.Float64;

    /// <summary>Bytes of one element.</summary>
    /// <param name="type">The type.</param>
    /// <returns>1, 2, 4 or 8.</returns>
    public static int Size(this TensorElementType type) => TensorElementTypes.SizeOf(type);

    /// <summary>The same values as 32-bit floats, exactly for 16-bit types, rounded to nearest for 64 bits.</summary>
    /// <param name="tensor">A tensor of any floating-point type. Borrowed.</param>
    /// <returns>The tensor itself when it holds floats already, else a copy.</returns>
    /// <exception cref="ShapeException">The tensor holds integers.</exception>
    public static TensorData ToFloat32(this TensorData tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return tensor.ElementType switch
        {
            TensorElementType.Float32 => tensor,
            TensorElementType.Float16 => Convert(
                tensor,
                2,
                static bytes => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes)
            ),
            TensorElementType.BFloat16 => Convert(
                tensor,
                2,
                static bytes => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadInt16LittleEndian(bytes) << 16)
            ), // the upper half of a float
            TensorElementType.Float64 => Convert(
                tensor,
                8,
                static bytes => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes)
            ),
            _ => throw new ShapeException(
                $"Tensor '{tensor.Name}' holds {tensor.ElementType}, expected a floating-point type."
            )
            {
                Subject = tensor.Name,
                Found = tensor.ElementType.ToString(),
            },
        };
    }

    private static TensorData Convert(TensorData tensor, int width, Func<ReadOnlySpan<byte>, float> read)
    {
        ReadOnlySpan<byte> bytes = tensor.Bytes.Span;
        var values = new float[bytes.Length / width];
        for (int index = 0; index < values.Length; index++)
        {
            values[index] = read(bytes.Slice(index * width, width));
        }

        return TensorData.FromFloat32(tensor.Name, tensor.Shape, values);
    }
}
