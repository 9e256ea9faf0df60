using Pipeline.Core.Contracts;
using Pipeline.Trainer.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Augmentation;

/// <summary>Changes batches of pixels at random, on their device: geometry first, then brightness, as Keras does.</summary>
/// <param name="recipe">The ranges to draw from.</param>
/// <param name="part">List that the images belong to.</param>
/// <param name="seed">Seed of the run.</param>
internal sealed class ImageAugmenter(AugmentationRecipe recipe, AugmentedPart part, long seed)
{
    private const double White = 255;

    /// <summary>Draws a change for each image and applies it. An image's result depends on its own pixels and index only, never on the rest of the batch.</summary>
    /// <param name="pixels"><c>float32 [N, 3, H, W]</c>, 0 to 255. Borrowed.</param>
    /// <param name="epoch">Number over all phases, from 0.</param>
    /// <param name="samples">Position of each image in its list, N values.</param>
    /// <returns><c>[N, 3, H, W]</c>, 0 to 255. Owned by the caller or its dispose scope; the tensor given when nothing changes.</returns>
    internal Tensor Apply(Tensor pixels, int epoch, IReadOnlyList<int> samples) =>
        Apply(pixels, [.. samples.Select(sample => ChangeDraw.Of(recipe, part, seed, epoch, sample))], recipe.Fill, recipe.FillValue);

    /// <summary>Applies given changes, one per image.</summary>
    internal static Tensor Apply(Tensor pixels, IReadOnlyList<ImageChange> changes, FillMode fill, double fillValue)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor result = Brighten(Move(pixels, changes, fill, fillValue), changes);
        return ReferenceEquals(result, pixels) ? pixels : result.MoveToOuterDisposeScope();
    }

    /// <summary>Swaps sides of all images alike.</summary>
    /// <param name="pixels"><c>[N, 3, H, W]</c>. Borrowed.</param>
    /// <param name="flips">Which sides.</param>
    /// <returns><c>[N, 3, H, W]</c>. Owned by the caller or its dispose scope; the tensor given when nothing changes.</returns>
    internal static Tensor Flip(Tensor pixels, ImageFlips flips)
    {
        long[] axes = [.. flips.HasFlag(ImageFlips.Horizontal) ? [3L] : Array.Empty<long>(), .. flips.HasFlag(ImageFlips.Vertical) ? [2L] : Array.Empty<long>()];
        return axes.Length == 0 ? pixels : pixels.flip(axes);
    }

    /// <summary>Images that are only flipped, or not changed at all, keep their values to the bit; the others are resampled once, flips included.</summary>
    private static Tensor Move(Tensor pixels, IReadOnlyList<ImageChange> changes, FillMode fill, double fillValue)
    {
        if (!changes.Any(change => change.IsResampled))
        {
            return Flip(pixels, changes);
        }

        var size = new ImageSize((int)pixels.shape[3], (int)pixels.shape[2]);
        Tensor resampled = AffineResampler.Resample(pixels, [.. changes.Select(change => change.Geometry(size))], fill, fillValue);
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
                result = where(Flags(changes, change => change.Flips.HasFlag(flip), pixels.device), Flip(result, flip), result);
            }
        }

        return result;
    }

    private static Tensor Brighten(Tensor pixels, IReadOnlyList<ImageChange> changes)
    {
        if (changes.All(change => change.Brightness == 1))
        {
            return pixels;
        }

        Tensor factors = tensor(changes.Select(change => (float)change.Brightness).ToArray(), [changes.Count, 1, 1, 1]).to(pixels.device);   // [N, 1, 1, 1]
        return (pixels * factors).clamp_(0, White);
    }

    private static Tensor Flags(IReadOnlyList<ImageChange> changes, Func<ImageChange, bool> flag, Device device) =>
        tensor(changes.Select(flag).ToArray(), [changes.Count, 1, 1, 1]).to(device);   // [N, 1, 1, 1]
}
