using TorchSharp.Interop;

namespace TorchSharp;

/// <remarks>The values are copied; element types are byte, sbyte, short, int, long, Half, float, double and bool.</remarks>
public static partial class torch
{
    /// <summary>A tensor without dimensions that holds one value.</summary>
    /// <exception cref="ArgumentException">The .NET type is not an element type.</exception>
    public static Tensor tensor<T>(T scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
        where T : unmanaged => FromSpan(new ReadOnlySpan<T>(in scalar), [], dtype, device, requires_grad);

    /// <summary>A tensor of one dimension.</summary>
    /// <exception cref="ArgumentException">The .NET type is not an element type.</exception>
    public static Tensor tensor<T>(T[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
        where T : unmanaged => FromSpan<T>(rawArray, [rawArray.LongLength], dtype, device, requires_grad);

    /// <summary>A tensor of the given shape, filled in row-major order.</summary>
    /// <exception cref="ArgumentException">The .NET type is not an element type, or the shape has another number of elements.</exception>
    public static Tensor tensor<T>(T[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
        where T : unmanaged => FromSpan<T>(rawArray, dimensions, dtype, device, requires_grad);

    /// <summary>A matrix, filled row by row.</summary>
    /// <exception cref="ArgumentException">The .NET type is not an element type, or the shape has another number of elements.</exception>
    public static Tensor tensor<T>(T[] rawArray, long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
        where T : unmanaged => FromSpan<T>(rawArray, [rows, columns], dtype, device, requires_grad);

    /// <summary>A tensor of one dimension.</summary>
    /// <exception cref="ArgumentException">The .NET type is not an element type.</exception>
    public static Tensor tensor<T>(IList<T> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
        where T : unmanaged => FromSpan<T>([.. rawArray], [rawArray.Count], dtype, device, requires_grad);

    /// <summary>A matrix.</summary>
    /// <exception cref="ArgumentException">The .NET type is not an element type.</exception>
    public static unsafe Tensor tensor<T>(T[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
        where T : unmanaged
    {
        fixed (T* first = rawArray)
        {
            return FromSpan(new ReadOnlySpan<T>(first, rawArray.Length), [rawArray.GetLength(0), rawArray.GetLength(1)], dtype, device, requires_grad);
        }
    }

    /// <summary>Copies host memory into a new tensor; the only way in.</summary>
    internal static unsafe Tensor FromSpan<T>(ReadOnlySpan<T> values, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
        where T : unmanaged
    {
        ScalarType stored = ScalarTypeOf<T>();
        long expected = 1;
        foreach (long dimension in dimensions)
        {
            expected *= dimension;
        }

        if (expected != values.Length)
        {
            throw new ArgumentException($"The shape [{string.Join(", ", dimensions.ToArray())}] has {expected} elements, the array has {values.Length}.", nameof(values));
        }

        TensorHandle handle;
        fixed (T* data = values)
        fixed (long* sizes = dimensions)
        {
            int status = NativeTensors.pt_tensor_from_memory(data, (long)values.Length * sizeof(T), sizes, dimensions.Length, (int)stored, out handle);
            Status.ThrowIfFailed(status, nameof(tensor));
        }

        return Finish(new Tensor(handle), dtype, device, requires_grad);
    }

    private static Tensor Finish(Tensor made, ScalarType? dtype, Device? device, bool requires_grad)
    {
        if ((dtype is { } type && type != made.dtype) || (device is not null && device.type != DeviceType.CPU))
        {
            using Tensor host = made;
            made = host.to(dtype ?? host.dtype, device ?? CPU);
        }

        return requires_grad ? made.requires_grad_() : made;
    }
}
