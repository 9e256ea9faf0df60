using Pipeline.Trainer.Augmentation;
using Pipeline.Trainer.Recipes;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Training;

/// <summary>
/// How the images of one batch are mixed: each with the one at the same place from the other end. Drawn from the seed
/// and the batch's place in the run.
/// </summary>
/// <param name="Share">Share of the image itself, in [0, 1]; of its area for <see cref="Rectangle"/>.</param>
/// <param name="Rectangle">Where the other image lies, in shares of height and width; <c>null</c> blends them.</param>
internal sealed record MixDraw(double Share, (double Top, double Left, double Bottom, double Right)? Rectangle)
{
    private const long Purpose = 0x313C;

    /// <summary>Draws.</summary>
    /// <param name="recipe">The two alphas; at least one positive.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="epoch">Epoch of the run.</param>
    /// <param name="step">Batch of the epoch.</param>
    internal static MixDraw Draw(MixRecipe recipe, long seed, long epoch, long step)
    {
        int next = 0;
        double Uniform() => CounterRandom.Uniform(seed, Purpose, epoch, step, next++);
        bool isCutmix = recipe.Cutmix > 0 && (recipe.Mixup == 0 || Uniform() < 0.5);
        double share = BetaSample.Draw(isCutmix ? recipe.Cutmix : recipe.Mixup, Uniform);
        if (!isCutmix)
        {
            return new MixDraw(share, null);
        }

        double half = Math.Sqrt(1 - share) / 2,
            y = Uniform(),
            x = Uniform();
        return new MixDraw(
            share,
            (Math.Max(y - half, 0), Math.Max(x - half, 0), Math.Min(y + half, 1), Math.Min(x + half, 1))
        );
    }

    /// <summary>Mixes a batch.</summary>
    /// <param name="images"><c>float32 [N, C, H, W]</c>, or for a blend of any shape. Borrowed.</param>
    /// <returns>
    /// The mixture, owned by the caller's scope, and the share of the labels of each row itself, which a rectangle cut
    /// at the edge makes larger.
    /// </returns>
    internal (Tensor Mixed, double Share) Apply(Tensor images)
    {
        Tensor others = images.flip(0);
        if (Rectangle is not (double top, double left, double bottom, double right))
        {
            return ((images * Share) + (others * (1 - Share)), Share);
        }

        (long height, long width) = (images.shape[2], images.shape[3]);
        (long firstRow, long lastRow) = ((long)(top * height), (long)(bottom * height));
        (long firstColumn, long lastColumn) = ((long)(left * width), (long)(right * width));
        if (lastRow <= firstRow || lastColumn <= firstColumn)
        {
            return (images.alias(), 1);
        }

        Tensor mixed = images.clone();
        mixed
            .narrow(2, firstRow, lastRow - firstRow)
            .narrow(3, firstColumn, lastColumn - firstColumn)
            .copy_(others.narrow(2, firstRow, lastRow - firstRow).narrow(3, firstColumn, lastColumn - firstColumn));
        return (mixed, 1 - ((double)(lastRow - firstRow) * (lastColumn - firstColumn) / (height * width)));
    }
}
