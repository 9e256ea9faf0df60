using Pipeline.Core.Contracts;
using Pipeline.Core.Files;
using Pipeline.Core.Imaging;
using Pipeline.Core.Imaging.Loading;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Augmentation;

/// <summary>
/// Some training images as a phase will see them, in one picture: a row per image, first as it is, then as in each of
/// the phase's first epochs. To be looked at before hours are spent.
/// </summary>
internal static class AugmentedSamples
{
    private const int Rows = 4,
        Epochs = 5;

    /// <summary>Writes the picture.</summary>
    /// <param name="data">The images of the run; those shown are the first of <see cref="SampleGrid"/>.</param>
    /// <param name="preprocessing">From file bytes to pixels.</param>
    /// <param name="phase">What changes them.</param>
    /// <param name="firstEpoch">Number over all phases, from 0, of the phase's first epoch.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="path">
    /// Path of the PNG file. An image that cannot be read is left out; without any, nothing is written.
    /// </param>
    /// <exception cref="IOException">The picture cannot be written.</exception>
    public static void Write(
        DatasetSplits data,
        Preprocessing preprocessing,
        PhaseRecipe phase,
        int firstEpoch,
        int seed,
        string path
    )
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(phase);
        var chosen = SampleGrid.Choose(data.Train).Take(Rows).ToHashSet(ReferenceEqualityComparer.Instance);
        int[] places = [.. Enumerable.Range(0, data.Train.Count).Where(index => chosen.Contains(data.Train[index]))];
        var loader = new SampleLoader(preprocessing, 1, new SkippedImages(places.Length, maxShare: 1));
        foreach (
            DecodedBatch batch in loader
                .ReadAsync(data.Train, places, Rows, CancellationToken.None)
                .ToBlockingEnumerable()
        )
        {
            using (batch)
            {
                byte[] png = Draw(
                    batch,
                    new ImageAugmenter(phase.Augmentation, AugmentedPart.Train, seed),
                    firstEpoch,
                    preprocessing.Size
                );
                AtomicFile.Write(path, stream => stream.Write(png));
            }
        }
    }

    private static byte[] Draw(DecodedBatch batch, ImageAugmenter augmenter, int firstEpoch, ImageSize size)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor pixels = InputTensors.ToPixels(batch, CPU); // [N, 3, H, W], 0 to 255
        Tensor[] columns =
        [
            pixels,
            .. Enumerable
                .Range(firstEpoch, Epochs)
                .Select(epoch => augmenter.Apply(pixels, epoch, batch.SampleIndexes())),
        ];
        Tensor grid = cat([.. columns.Select(column => column.permute(0, 2, 3, 1))], 2); // [N, H, columns · W, 3]
        var whole = new ImageSize(columns.Length * size.Width, batch.ImageCount * size.Height);
        return ImageEncoder.EncodePng(grid.round().clamp_(0, 255).to(uint8).contiguous().data<byte>().ToArray(), whole);
    }
}
