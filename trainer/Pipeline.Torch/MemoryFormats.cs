using TorchSharp;

namespace Pipeline.Torch;

/// <summary>
/// How images and filters lie in memory: channel after channel (row-major), or pixel after pixel (channels last), which
/// convolutions compute faster. The values and their order of indices are the same.
/// </summary>
internal static class MemoryFormats
{
    /// <summary>The tensor laid out pixel after pixel when it has 4 dimensions.</summary>
    /// <param name="tensor">Images <c>[N, C, H, W]</c>, filters <c>[O, I, h, w]</c>, or any other. Borrowed.</param>
    /// <returns>
    /// The same values; another handle on the same memory where nothing is to be moved. Owned by the caller.
    /// </returns>
    /// <remarks>TorchSharp 0.107 has no <c>to(memory_format)</c>; permuting says the same.</remarks>
    public static torch.Tensor ForConvolutions(torch.Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.dim() != 4)
        {
            return tensor.alias();
        }

        using torch.Tensor pixels = tensor.permute(0, 2, 3, 1);
        using torch.Tensor laid = pixels.contiguous();
        return laid.permute(0, 3, 1, 2);
    }

    /// <summary>Copies the values out, row-major, however they lie.</summary>
    /// <param name="tensor">float32, on any device. Borrowed.</param>
    public static float[] ToArray(torch.Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        using torch.Tensor host = tensor.cpu();
        using torch.Tensor rows = host.contiguous();
        return rows.data<float>().ToArray();
    }
}
