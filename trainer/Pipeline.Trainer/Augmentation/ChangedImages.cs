using static TorchSharp.torch;

namespace Pipeline.Trainer.Augmentation;

/// <summary>Changes those images of a batch that a change concerns, and leaves the others alone to the bit.</summary>
internal static class ChangedImages
{
    /// <summary>Applies a function to some images.</summary>
    /// <param name="pixels"><c>[N, 3, H, W]</c>. Borrowed.</param>
    /// <param name="changes">One per image.</param>
    /// <param name="concerns">Whether the function is for an image.</param>
    /// <param name="apply">From the images concerned and their changes to the result, each image by itself.</param>
    /// <returns>
    /// <c>[N, 3, H, W]</c>; the tensor given when no image is concerned. Owned by the caller's dispose scope.
    /// </returns>
    internal static Tensor Apply(
        Tensor pixels,
        IReadOnlyList<ImageChange> changes,
        Func<ImageChange, bool> concerns,
        Func<Tensor, IReadOnlyList<ImageChange>, Tensor> apply
    )
    {
        long[] rows = [.. changes.Select((change, row) => concerns(change) ? row : -1L).Where(row => row >= 0)];
        if (rows.Length == 0 || rows.Length == changes.Count)
        {
            return rows.Length == 0 ? pixels : apply(pixels, changes);
        }

        Tensor index = tensor(rows).to(pixels.device);
        Tensor changed = apply(pixels.index_select(0, index), [.. rows.Select(row => changes[(int)row])]);
        return pixels.clone().index_put_(changed, TensorIndex.Tensor(index));
    }

    /// <summary>A number per image, <c>float32 [N, 1, 1, 1]</c>.</summary>
    internal static Tensor Numbers(
        IReadOnlyList<ImageChange> changes,
        Func<ImageChange, double> number,
        Device device
    ) => tensor(changes.Select(change => (float)number(change)).ToArray(), [changes.Count, 1, 1, 1]).to(device);
}
