using Pipeline.Core.Contracts;
using Pipeline.Trainer.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Augmentation;

/// <summary>
/// Changes batches of pixels at random, on their device: geometry first, as Keras does, then colours, then tones, then
/// erasing.
/// </summary>
/// <param name="recipe">The ranges to draw from.</param>
/// <param name="part">List that the images belong to.</param>
/// <param name="seed">Seed of the run.</param>
internal sealed class ImageAugmenter(AugmentationRecipe recipe, AugmentedPart part, long seed)
{
    /// <summary>
    /// Draws a change for each image and applies it. An image's result depends on its own pixels and index only, never
    /// on the rest of the batch.
    /// </summary>
    /// <param name="pixels"><c>float32 [N, 3, H, W]</c>, 0 to 255. Borrowed.</param>
    /// <param name="epoch">Number over all phases, from 0.</param>
    /// <param name="samples">Position of each image in its list, N values.</param>
    /// <returns>
    /// <c>[N, 3, H, W]</c>, 0 to 255. Owned by the caller or its dispose scope; the tensor given when nothing changes.
    /// </returns>
    internal Tensor Apply(Tensor pixels, int epoch, IReadOnlyList<int> samples) =>
        Apply(
            pixels,
            [.. samples.Select(sample => ChangeDraw.Draw(recipe, part, seed, epoch, sample))],
            recipe.Fill,
            recipe.FillValue
        );

    /// <summary>Applies given changes, one per image.</summary>
    internal static Tensor Apply(Tensor pixels, IReadOnlyList<ImageChange> changes, FillMode fill, double fillValue)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor result = Move(pixels, changes, fill, fillValue);
        result = ColorChanges.Apply(result, changes);
        result = ToneChanges.Apply(result, changes);
        result = Erase(result, changes);
        return ReferenceEquals(result, pixels) ? pixels : result.MoveToOuterDisposeScope();
    }

    /// <summary>Swaps sides of all images alike.</summary>
    /// <param name="pixels"><c>[N, 3, H, W]</c>. Borrowed.</param>
    /// <param name="flips">Which sides.</param>
    /// <returns>
    /// <c>[N, 3, H, W]</c>. Owned by the caller or its dispose scope; the tensor given when nothing changes.
    /// </returns>
    internal static Tensor Flip(Tensor pixels, ImageFlips flips)
    {
        long[] axes =
        [
            .. flips.HasFlag(ImageFlips.Horizontal) ? [3L] : Array.Empty<long>(),
            .. flips.HasFlag(ImageFlips.Vertical) ? [2L] : Array.Empty<long>(),
        ];
        return axes.Length == 0 ? pixels : pixels.flip(axes);
    }

    /// <summary>
    /// Images that are only flipped, or not changed at all, keep their values to the bit; the others are resampled
    /// once, flips included.
    /// </summary>
    private static Tensor Move(Tensor pixels, IReadOnlyList<ImageChange> changes, FillMode fill, double fillValue)
    {
        if (!changes.Any(change => change.IsResampled))
        {
            return Flip(pixels, changes);
        }

        var size = new ImageSize((int)pixels.shape[3], (int)pixels.shape[2]);
        Tensor resampled = AffineResampler.Resample(
            pixels,
            [.. changes.Select(change => change.Geometry(size))],
            [.. changes.Select(change => change.RadialDistortion)],
            fill,
            fillValue
        );
        return changes.All(change => change.IsResampled)
            ? resampled
            : where(Flags(changes, change => change.IsResampled, pixels.device), resampled, Flip(pixels, changes));
    }

    private static Tensor Flip(Tensor pixels, IReadOnlyList<ImageChange> changes)
    {
        Tensor result = pixels;
        foreach (ImageFlips flip in new[] { ImageFlips.Horizontal, ImageFlips.Vertical })
        {
            if (changes.Any(change => change.Flips.HasFlag(flip)))
            {
                result = where(
                    Flags(changes, change => change.Flips.HasFlag(flip), pixels.device),
                    Flip(result, flip),
                    result
                );
            }
        }

        return result;
    }

    /// <summary>Paints a rectangle of whole pixels over.</summary>
    private static Tensor Erase(Tensor pixels, IReadOnlyList<ImageChange> changes)
    {
        if (changes.All(change => change.Erased is null))
        {
            return pixels;
        }

        long height = pixels.shape[2],
            width = pixels.shape[3];
        Tensor row = arange(height, dtype: float32, device: pixels.device).reshape(1, 1, height, 1);
        Tensor column = arange(width, dtype: float32, device: pixels.device).reshape(1, 1, 1, width);
        Tensor rows = row.ge(Edge(box => box.Top * height))
            .logical_and(row.lt(Edge(box => (box.Top + box.Height) * height))); // [N, 1, H, 1]
        Tensor columns = column
            .ge(Edge(box => box.Left * width))
            .logical_and(column.lt(Edge(box => (box.Left + box.Width) * width))); // [N, 1, 1, W]
        Tensor values = tensor(changes.Select(change => (float)change.ErasedValue).ToArray(), [changes.Count, 1, 1, 1])
            .to(pixels.device); // [N, 1, 1, 1]
        return where(rows.logical_and(columns), values, pixels);

        Tensor Edge(Func<Box, double> edge) =>
            tensor(
                    changes.Select(change => change.Erased is Box box ? (float)Math.Round(edge(box)) : 0).ToArray(),
                    [changes.Count, 1, 1, 1]
                )
                .to(pixels.device);
    }

    private static Tensor Flags(IReadOnlyList<ImageChange> changes, Func<ImageChange, bool> flag, Device device) =>
        tensor(changes.Select(flag).ToArray(), [changes.Count, 1, 1, 1]).to(device); // [N, 1, 1, 1]
}
