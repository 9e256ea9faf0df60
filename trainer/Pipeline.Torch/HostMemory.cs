using TorchSharp;
using TorchSharp.Interop;

namespace Pipeline.Torch;

/// <summary>Copies between spans and tensors, for buffers that come from a pool and are longer than their contents.</summary>
public static class HostMemory
{
    /// <summary>A CPU tensor with a copy of the values in row-major order.</summary>
    /// <param name="values">As many values as the shape has elements.</param>
    /// <param name="shape">Size of each dimension, outermost first.</param>
    /// <returns>Owned by the caller.</returns>
    /// <exception cref="ArgumentException">The number of values differs, or the .NET type is not an element type.</exception>
    public static torch.Tensor ToTensor<T>(ReadOnlySpan<T> values, params ReadOnlySpan<long> shape)
        where T : unmanaged => torch.FromSpan(values, shape);

    /// <summary>Copies all elements, from any device, to a span in row-major order.</summary>
    /// <param name="tensor">Elements of type <typeparamref name="T"/>. Borrowed.</param>
    /// <param name="destination">Exactly as long as the tensor has elements.</param>
    /// <exception cref="ArgumentException">The length or the element type differs.</exception>
    public static unsafe void CopyTo<T>(torch.Tensor tensor, Span<T> destination)
        where T : unmanaged
    {
        if (torch.ScalarTypeOf<T>() != tensor.dtype || destination.Length != tensor.numel())
        {
            throw new ArgumentException($"{tensor} cannot be copied to {destination.Length} values of type {typeof(T).Name}.", nameof(destination));
        }

        fixed (T* first = destination)
        {
            Status.ThrowIfFailed(NativeTensors.pt_tensor_copy_to_memory(tensor.Handle, first, (long)destination.Length * sizeof(T)), nameof(CopyTo));
        }
    }
}
