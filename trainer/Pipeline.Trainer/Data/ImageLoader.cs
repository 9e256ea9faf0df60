using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Imaging;

namespace Pipeline.Trainer.Data;

/// <summary>
/// Decodes images ahead of the training step: a few batches at a time on worker threads, handed out in order, so that
/// the number of workers changes nothing but the speed.
/// </summary>
/// <param name="preprocessing">From file bytes to pixels.</param>
/// <param name="workers">Batches decoded at the same time, at least 1.</param>
/// <param name="skipped">Counts the images that cannot be read; they are left out of their batch.</param>
/// <param name="decoded">
/// Keeps the images for the next time that the same list is read; <c>null</c> decodes them each time. Borrowed.
/// </param>
public sealed class ImageLoader(
    Preprocessing preprocessing,
    int workers,
    SkippedImages skipped,
    DecodedImages? decoded = null
)
{
    private const int BatchesAhead = 2;

    /// <summary>Reads images in a given order.</summary>
    /// <param name="samples">All samples. Borrowed until the end of the enumeration.</param>
    /// <param name="order">
    /// Positions in <paramref name="samples"/>, in the order to read them. Borrowed until the end of the enumeration.
    /// </param>
    /// <param name="batchSize">
    /// Images per batch; the last batch may be smaller, and one whose images are all bad is left out.
    /// </param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>Batches in order; the reader disposes each.</returns>
    /// <exception cref="DatasetException">Too many images cannot be read.</exception>
    public async IAsyncEnumerable<LabelledBatch> ReadAsync(
        IReadOnlyList<ImageSample> samples,
        IReadOnlyList<int> order,
        int batchSize,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pending = Channel.CreateBounded<Task<LabelledBatch?>>(workers - 1 + BatchesAhead);
        Task feeding = FeedAsync(samples, order, batchSize, pending.Writer, stop.Token);
        try
        {
            await foreach (
                Task<LabelledBatch?> decoding in pending.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false)
            )
            {
                if (await decoding.ConfigureAwait(false) is LabelledBatch batch)
                {
                    yield return batch;
                }
            }

            await feeding.ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await DrainAsync(pending.Reader, feeding).ConfigureAwait(false);
        }
    }

    private async Task FeedAsync(
        IReadOnlyList<ImageSample> samples,
        IReadOnlyList<int> order,
        int batchSize,
        ChannelWriter<Task<LabelledBatch?>> writer,
        CancellationToken cancellationToken
    )
    {
        using var slots = new SemaphoreSlim(workers);
        var started = new List<Task>();
        try
        {
            for (int start = 0; start < order.Count; start += batchSize)
            {
                int[] indexes = [.. order.Skip(start).Take(batchSize)];
                await slots.WaitAsync(cancellationToken).ConfigureAwait(false);
                Task<LabelledBatch?> decoding = Task.Run(
                    () => DecodeAndRelease(samples, indexes, slots),
                    CancellationToken.None
                );
                started.RemoveAll(task => task.IsCompleted);
                started.Add(decoding);
                await writer.WriteAsync(decoding, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // the reader has gone; what is decoded is drained below
        }
        finally
        {
            writer.Complete();
            await Task.WhenAll(
                    started.Select(task =>
                        task.ContinueWith(
                            _ => { },
                            CancellationToken.None,
                            TaskContinuationOptions.ExecuteSynchronously,
                            TaskScheduler.Default
                        )
                    )
                )
                .ConfigureAwait(false);
        }
    }

    private LabelledBatch? DecodeAndRelease(IReadOnlyList<ImageSample> samples, int[] indexes, SemaphoreSlim slots)
    {
        try
        {
            return Decode(samples, indexes);
        }
        finally
        {
            slots.Release();
        }
    }

    private LabelledBatch? Decode(IReadOnlyList<ImageSample> samples, int[] indexes)
    {
        var good = new List<int>(indexes.Length);
        DecodedImages.Kept? kept = decoded?.Of(samples);
        ImageBatch images = ImageBatch.Rent(indexes.Length, preprocessing.Size);
        try
        {
            foreach (int index in indexes)
            {
                try
                {
                    Load(samples, index, kept, images.Image(good.Count));
                    good.Add(index);
                }
                catch (ImageDecodeException error)
                {
                    skipped.Add(samples[index].Path, error.Message);
                }
            }

            return Finish(samples, images, good);
        }
        catch
        {
            images.Dispose();
            throw;
        }
    }

    private void Load(IReadOnlyList<ImageSample> samples, int index, DecodedImages.Kept? kept, Span<byte> destination)
    {
        if (kept?.TryCopy(index, destination) == true)
        {
            return;
        }

        ImageDecoder.DecodeFile(samples[index].Path, preprocessing, destination);
        kept?.Keep(index, destination);
    }

    /// <summary>Takes the images over; when some were bad, the good ones move into a smaller batch.</summary>
    private LabelledBatch? Finish(IReadOnlyList<ImageSample> samples, ImageBatch images, List<int> good)
    {
        if (good.Count < images.Count)
        {
            ImageBatch all = images;
            images = ImageBatch.Rent(good.Count, preprocessing.Size);
            all.Pixels[..images.Pixels.Length].CopyTo(images.Pixels);
            all.Dispose();
        }

        if (good.Count == 0)
        {
            images.Dispose();
            return null;
        }

        return new LabelledBatch(images, [.. good.Select(index => (long)samples[index].ClassIndex)], [.. good]);
    }

    private static async Task DrainAsync(ChannelReader<Task<LabelledBatch?>> reader, Task feeding)
    {
        while (await reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (reader.TryRead(out Task<LabelledBatch?>? decoding))
            {
                if (
                    await decoding
                        .ContinueWith(
                            task => task.Status == TaskStatus.RanToCompletion ? task.Result : null,
                            CancellationToken.None,
                            TaskContinuationOptions.ExecuteSynchronously,
                            TaskScheduler.Default
                        )
                        .ConfigureAwait(false)
                    is LabelledBatch batch
                )
                {
                    batch.Dispose();
                }
            }
        }

        await feeding.ConfigureAwait(false);
    }
}
