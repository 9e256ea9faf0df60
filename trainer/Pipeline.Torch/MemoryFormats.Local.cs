using TorchSharp;
using TorchSharp.Interop;

namespace Pipeline.Torch;

/// <summary>How images lie in memory: channel after channel (row-major), or pixel after pixel (channels last).</summary>
public static class MemoryFormats
{
    private const long ContiguousFormat = 0;
    private const long ChannelsLastFormat = 2;

    /// <summary>The same <c>[N, C, H, W]</c> tensor laid out pixel after pixel; the same memory when it already is.</summary>
    /// <param name="tensor">Images or filters, 4 dimensions. Borrowed.</param>
    /// <returns>Owned by the caller.</returns>
    /// <exception cref="TorchException">The tensor does not have 4 dimensions.</exception>
    public static torch.Tensor ToChannelsLast(torch.Tensor tensor) => Aten.Call("contiguous", tensor, ChannelsLastFormat);

    /// <summary>The same tensor laid out in row-major order; the same memory when it already is.</summary>
    /// <param name="tensor">Any tensor. Borrowed.</param>
    /// <returns>Owned by the caller.</returns>
    public static torch.Tensor ToRowMajor(torch.Tensor tensor) => Aten.Call("contiguous", tensor, ContiguousFormat);

    /// <summary>Whether the tensor lies pixel after pixel; tensors without 4 dimensions do not.</summary>
    /// <param name="tensor">Any tensor. Borrowed.</param>
    public static bool IsChannelsLast(torch.Tensor tensor)
    {
        Status.ThrowIfFailed(NativeTensors.pt_tensor_is_contiguous(tensor.Handle, (int)ChannelsLastFormat, out int result), nameof(IsChannelsLast));
        return result != 0;
    }
}
