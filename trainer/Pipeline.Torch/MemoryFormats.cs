using TorchSharp;

namespace Pipeline.Torch;

/// <summary>
/// How images lie in memory: channel after channel (row-major), or pixel after pixel (channels last). TorchSharp 0.107
/// has no such conversion; permuting says the same.
/// </summary>
public static class MemoryFormats
{
    /// <summary>The same <c>[N, C, H, W]</c> tensor laid out pixel after pixel.</summary>
    /// <param name="tensor">Images or filters, 4 dimensions. Borrowed.</param>
    /// <returns>Owned by the caller.</returns>
    public static torch.Tensor ToChannelsLast(torch.Tensor tensor)
    {
        using torch.Tensor pixels = tensor.permute(0, 2, 3, 1);
        using torch.Tensor laid = pixels.contiguous();
        return laid.permute(0, 3, 1, 2);
    }

    /// <summary>Whether the tensor lies pixel after pixel; tensors without 4 dimensions do not.</summary>
    /// <param name="tensor">Any tensor. Borrowed.</param>
    public static bool IsChannelsLast(torch.Tensor tensor)
    {
        if (tensor.dim() != 4)
        {
            return false;
        }

        using torch.Tensor pixels = tensor.permute(0, 2, 3, 1);
        return pixels.is_contiguous();
    }
}
