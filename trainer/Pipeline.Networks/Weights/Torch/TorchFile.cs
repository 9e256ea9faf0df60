using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Weights.Reading;

namespace Pipeline.Networks.Weights.Torch;

/// <summary>
/// A <c>.pth</c> or <c>.pt</c> file: a state dict that <c>torch.save</c> wrote, in the zip or the legacy format.
/// </summary>
internal static class TorchFile
{
    /// <summary>
    /// Tensors may share storages, so they may be larger together than their file; beyond this factor it is no file of
    /// weights.
    /// </summary>
    private const int MostSharing = 8;

    /// <summary>Reads every tensor.</summary>
    /// <param name="path">Path of the file.</param>
    /// <returns>The tensors under their state-dict keys.</returns>
    /// <exception cref="WeightsException">
    /// The file is missing, damaged, holds more than tensors, or is of another kind.
    /// </exception>
    internal static ImportedWeights Read(string path)
    {
        using FileStream stream = WeightsFault.Open(path);
        Span<byte> start = stackalloc byte[2];
        bool isZip = stream.ReadAtLeast(start, 2, throwOnEndOfStream: false) == 2 && start.SequenceEqual("PK"u8);
        stream.Position = 0;
        return isZip ? ReadZip(stream, path) : ReadLegacy(WeightsFault.ReadAll(path), path);
    }

    /// <summary>Reads the zip format.</summary>
    internal static ImportedWeights ReadZip(Stream stream, string path)
    {
        using TorchZip zip = TorchZip.Open(stream, path);
        zip.RequireLittleEndian();
        StateDict state = StateDict.FromPickle(zip.ReadRoot(), path);
        return Import(state, zip.Storage, stream.Length, "PyTorch", path);
    }

    /// <summary>Reads the legacy format.</summary>
    internal static ImportedWeights ReadLegacy(ReadOnlyMemory<byte> bytes, string path)
    {
        var legacy = new TorchLegacy(bytes, path);
        StateDict state = StateDict.FromPickle(legacy.Root, path);
        legacy.Locate(state.Storages);
        return Import(state, legacy.Storage, bytes.Length, "PyTorch, legacy format", path);
    }

    private static ImportedWeights Import(
        StateDict state,
        Func<TorchStorage, ReadOnlyMemory<byte>> storage,
        long fileBytes,
        string format,
        string path
    )
    {
        Int128 total = 0;
        foreach ((string name, TorchTensor tensor) in state.Tensors)
        {
            Int128 count = tensor.Shape.Aggregate((Int128)1, (product, size) => product * size);
            total += count * tensor.Storage.ElementType.Size();
            if (total > (Int128)fileBytes * MostSharing)
            {
                throw WeightsFault.Unsupported(
                    path,
                    $"up to '{name}' its tensors take {total} bytes and the file has {fileBytes}: "
                        + "too many of them share storages",
                    "Save each tensor with .clone()."
                );
            }
        }

        var tensors = new WeightSet(
            state.Tensors.Select(item => Materialise(item.Name, item.Tensor, storage(item.Tensor.Storage), path))
        );
        return new ImportedWeights(tensors, WeightsLayout.Torch, format, path, state.Notes);
    }

    private static TensorData Materialise(string name, TorchTensor tensor, ReadOnlyMemory<byte> storage, string path)
    {
        int width = tensor.Storage.ElementType.Size();
        if (storage.Length != (Int128)tensor.Storage.ElementCount * width)
        {
            throw WeightsFault.Damaged(
                path,
                $"the storage of '{name}' has {storage.Length} bytes, "
                    + $"expected {(Int128)tensor.Storage.ElementCount * width}"
            );
        }

        // at most the storage's, see TorchObjects
        int count = (int)tensor.Shape.Aggregate(1L, (product, size) => product * size);
        ReadOnlyMemory<byte> bytes =
            count == 0 || IsContiguous(tensor)
                ? storage.Slice(count == 0 ? 0 : (int)tensor.Offset * width, count * width)
                : Gather(tensor, storage.Span, count, width);
        return new TensorData(name, tensor.Storage.ElementType, tensor.Shape, bytes);
    }

    private static bool IsContiguous(TorchTensor tensor)
    {
        long expected = 1;
        for (int axis = tensor.Shape.Length - 1; axis >= 0; axis--)
        {
            if (tensor.Shape[axis] != 1 && tensor.Strides[axis] != expected)
            {
                return false;
            }

            expected *= tensor.Shape[axis];
        }

        return true;
    }

    private static byte[] Gather(TorchTensor tensor, ReadOnlySpan<byte> storage, int count, int width)
    {
        var result = new byte[count * width];
        var index = new long[tensor.Shape.Length];
        long source = tensor.Offset;
        for (int position = 0; position < count; position++)
        {
            storage.Slice((int)source * width, width).CopyTo(result.AsSpan(position * width));
            for (int axis = index.Length - 1; axis >= 0; axis--)
            {
                source += tensor.Strides[axis];
                if (++index[axis] < tensor.Shape[axis])
                {
                    break;
                }

                source -= tensor.Strides[axis] * tensor.Shape[axis];
                index[axis] = 0;
            }
        }

        return result;
    }
}
