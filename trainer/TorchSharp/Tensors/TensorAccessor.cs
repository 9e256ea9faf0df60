using System.Collections;
using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp.Utils;

/// <summary>Reads and writes the elements of a CPU tensor from .NET, in row-major order whatever the strides.</summary>
/// <typeparam name="T">The .NET type of the tensor's elements, exactly; 2-byte floating types may be read as <see cref="ushort"/>.</typeparam>
/// <remarks>Borrows the tensor, which must not be disposed while the accessor is used.</remarks>
public sealed unsafe class TensorAccessor<T> : IDisposable, IEnumerable<T>
    where T : unmanaged
{
    private readonly torch.Tensor _tensor;

    internal TensorAccessor(torch.Tensor tensor)
    {
        NativeTensorInfo info = tensor.Info;
        var stored = (torch.ScalarType)info.Dtype;
        bool bits = typeof(T) == typeof(ushort) && stored is torch.ScalarType.Float16 or torch.ScalarType.BFloat16;
        if (info.DeviceType != (int)DeviceType.CPU)
        {
            throw new InvalidOperationException($"The elements are on {tensor.device}; call cpu() before reading them.");
        }

        if (!bits && torch.ScalarTypeOf<T>() != stored)
        {
            throw new ArgumentException($"The tensor holds {stored}, which cannot be read as {typeof(T).Name}.");
        }

        _tensor = tensor;
        Count = info.ElementCount;
    }

    /// <summary>Number of elements.</summary>
    public long Count { get; }

    /// <summary>One element by its position in each dimension.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A position is outside its dimension, or there are too few or too many.</exception>
    public T this[params long[] indices]
    {
        get => *Address(indices);
        set => *Address(indices) = value;
    }

    /// <summary>All elements in a new array.</summary>
    public T[] ToArray()
    {
        T[] array = new T[Count];
        CopyTo(array.AsSpan());
        return array;
    }

    /// <summary>Writes all elements to an array from <paramref name="arrayIndex"/> on, starting with element <paramref name="tensorIndex"/>.</summary>
    /// <exception cref="ArgumentException">The array has too little room.</exception>
    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    /// <summary>Writes all elements to a span from <paramref name="arrayIndex"/> on, starting with element <paramref name="tensorIndex"/>.</summary>
    /// <exception cref="ArgumentException">The span has too little room.</exception>
    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tensorIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tensorIndex, Count);
        Span<T> target = array[arrayIndex..];
        long wanted = Count - tensorIndex;
        if (target.Length < wanted)
        {
            throw new ArgumentException($"The tensor has {wanted} elements left, the array room for {target.Length}.", nameof(array));
        }

        if (tensorIndex == 0)
        {
            fixed (T* destination = target)
            {
                Status.ThrowIfFailed(NativeTensors.pt_tensor_copy_to_memory(_tensor.Handle, destination, Count * sizeof(T)), nameof(CopyTo));
            }

            return;
        }

        using torch.Tensor flat = _tensor.reshape(-1);
        using torch.Tensor rest = flat.narrow(0, tensorIndex, wanted);
        fixed (T* destination = target)
        {
            Status.ThrowIfFailed(NativeTensors.pt_tensor_copy_to_memory(rest.Handle, destination, wanted * sizeof(T)), nameof(CopyTo));
        }
    }

    /// <summary>Overwrites elements, from <paramref name="tensorIndex"/> on, with those of an array from <paramref name="arrayIndex"/> on.</summary>
    /// <exception cref="InvalidOperationException">The tensor is not in row-major order.</exception>
    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyFrom(array.AsSpan(), arrayIndex, tensorIndex);

    /// <summary>Overwrites elements, from <paramref name="tensorIndex"/> on, with those of a span from <paramref name="arrayIndex"/> on.</summary>
    /// <exception cref="InvalidOperationException">The tensor is not in row-major order.</exception>
    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        Span<T> target = MemoryMarshal.Cast<byte, T>(_tensor.bytes)[(int)tensorIndex..];
        ReadOnlySpan<T> source = array[arrayIndex..];
        source[..Math.Min(source.Length, target.Length)].CopyTo(target);
        GC.KeepAlive(_tensor);
    }

    /// <summary>The elements in row-major order.</summary>
    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)ToArray()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Does nothing: the tensor is borrowed.</summary>
    public void Dispose()
    {
    }

    private T* Address(long[] indices)
    {
        long[] sizes = _tensor.shape;
        ArgumentOutOfRangeException.ThrowIfNotEqual(indices.Length, sizes.Length, nameof(indices));
        long[] strides = _tensor.stride();
        long offset = 0;
        for (int i = 0; i < indices.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(indices[i], nameof(indices));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(indices[i], sizes[i], nameof(indices));
            offset += indices[i] * strides[i];
        }

        Status.ThrowIfFailed(NativeTensors.pt_tensor_data(_tensor.Handle, out void* first), "data");
        return (T*)first + offset;
    }
}
