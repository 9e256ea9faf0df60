using System.Runtime.CompilerServices;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Imaging.Loading;

namespace Pipeline.Trainer.Data;

/// <summary>
/// Reads samples ahead of the training step, into the memory of tensors: Core's loader, with what training adds to it,
/// the images kept between epochs and the count of those that cannot be read. The number of workers changes nothing but
/// the speed.
/// </summary>
/// <param name="preprocessing">From file bytes to pixels.</param>
/// <param name="workers">Images decoded at the same time, at least 1.</param>
/// <param name="skipped">Counts the images that cannot be read; they are left out of their batch.</param>
/// <param name="kept">
/// Keeps the images for the next time that the same list is read; <c>null</c> decodes them each time. Borrowed.
/// </param>
internal sealed class SampleLoader(
    Preprocessing preprocessing,
    int workers,
    SkippedImages skipped,
    KeptImages? kept = null
)
{
    private const int FewestAhead = 2;

    /// <summary>Reads images in a given order.</summary>
    /// <param name="samples">All samples. Borrowed until the end of the enumeration.</param>
    /// <param name="order">
    /// Positions in <paramref name="samples"/>, in the order to read them. Borrowed until the end of the enumeration.
    /// </param>
    /// <param name="batchSize">
    /// Images per batch; the last batch may be smaller, and one whose images are all bad is left out.
    /// </param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>Batches in order, of <see cref="SampleSource"/>s; the reader disposes each.</returns>
    /// <exception cref="DatasetException">Too many images cannot be read.</exception>
    public async IAsyncEnumerable<DecodedBatch> ReadAsync(
        IReadOnlyList<ImageSample> samples,
        IReadOnlyList<int> order,
        int batchSize,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        // small batches: enough of them that every worker has an image
        int ahead = Math.Max(FewestAhead, (workers + batchSize - 1) / batchSize);
        KeptImages.ImageList? list = kept?.PlaceOf(samples, samples.Count);
        var loader = new ImageLoader(preprocessing, batchSize, workers, ahead) { Rent = PixelTensor.Rent };
        IEnumerable<ImageSource> sources = order.Select(index => new SampleSource(samples[index], index, list));
        await foreach (
            DecodedBatch batch in loader.LoadAsync(sources.ToAsyncEnumerable(), cancellationToken).ConfigureAwait(false)
        )
        {
            if (IsUsable(batch))
            {
                yield return batch;
            }
        }
    }

    private bool IsUsable(DecodedBatch batch)
    {
        bool isTaken = false;
        try
        {
            for (int slot = 0; slot < batch.Sources.Count; slot++)
            {
                if (batch.Errors[slot] is string reason)
                {
                    skipped.Add(batch.Sources[slot].Name, reason);
                }
            }

            return isTaken = batch.ImageCount > 0;
        }
        finally
        {
            if (!isTaken)
            {
                batch.Dispose();
            }
        }
    }
}
