using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Pipeline.Core.Contracts;

namespace Pipeline.Inference.Batching;

/// <summary>
/// Files in, decoded batches out, in the order of the files. A feeder cuts the list into batches, a bounded channel of slots feeds the decode workers, a bounded channel of batches
/// holds what was decoded ahead: memory is (batches ahead + 2) batches, however many files there are. Only the memory and the time depend on the number of workers, never the answer.
/// </summary>
/// <param name="preprocessing">The model's rules.</param>
/// <param name="batchSize">Files per batch; the last batch may hold fewer.</param>
/// <param name="workers">Files decoded at the same time.</param>
/// <param name="batchesAhead">Capacity of the channel of batches.</param>
internal sealed class BatchLoader(Preprocessing preprocessing, int batchSize, int workers, int batchesAhead)
{
    /// <summary>Decodes files.</summary>
    /// <param name="paths">The files; enumerated on another thread, and only as far as the reader has come.</param>
    /// <param name="cancellationToken">Stops everything; no worker is running any more when the enumeration has ended.</param>
    /// <returns>Batches that are completely decoded. Transferred: the reader disposes each.</returns>
    internal async IAsyncEnumerable<DecodedBatch> LoadAsync(IEnumerable<string> paths, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Channel<(DecodedBatch Batch, int Slot)> slots = Channel.CreateBounded<(DecodedBatch, int)>(batchSize);
        Channel<DecodedBatch> batches = Channel.CreateBounded<DecodedBatch>(new BoundedChannelOptions(batchesAhead) { SingleReader = true, SingleWriter = true });
        Task[] tasks =
        [
            Task.Run(() => FeedAsync(paths, slots.Writer, batches.Writer, stop.Token), CancellationToken.None),
            .. Enumerable.Range(0, workers).Select(_ => Task.Run(() => DecodeAsync(slots.Reader, stop.Token), CancellationToken.None)),
        ];
        try
        {
            await foreach (DecodedBatch batch in batches.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                bool transferred = false;
                try
                {
                    cancellationToken.ThrowIfCancellationRequested(); // batches that are ready would flow on
                    await batch.Decoded.WaitAsync(cancellationToken).ConfigureAwait(false);
                    transferred = true;
                }
                finally
                {
                    if (!transferred)
                    {
                        await StopAsync(stop, tasks).ConfigureAwait(false); // a worker may still write into it
                        batch.Dispose();
                    }
                }

                yield return batch;
            }
        }
        finally
        {
            await StopAsync(stop, tasks).ConfigureAwait(false);
            while (batches.Reader.TryRead(out DecodedBatch? left))
            {
                left.Dispose();
            }
        }
    }

    /// <summary>Cuts the list into batches. Its error, such as a list that cannot be enumerated, completes the channel of batches.</summary>
    private async Task FeedAsync(IEnumerable<string> paths, ChannelWriter<(DecodedBatch Batch, int Slot)> slots, ChannelWriter<DecodedBatch> batches, CancellationToken cancellationToken)
    {
        try
        {
            foreach (string[] stretch in paths.Chunk(batchSize))
            {
                var batch = new DecodedBatch(stretch, preprocessing.Size);
                bool transferred = false;
                try
                {
                    await batches.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
                    transferred = true;
                }
                finally
                {
                    if (!transferred)
                    {
                        batch.Dispose();
                    }
                }

                for (int slot = 0; slot < stretch.Length; slot++)
                {
                    await slots.WriteAsync((batch, slot), cancellationToken).ConfigureAwait(false);
                }
            }

            batches.Complete();
        }
        catch (Exception error)
        {
            batches.Complete(error);
        }
        finally
        {
            slots.Complete();
        }
    }

    private async Task DecodeAsync(ChannelReader<(DecodedBatch Batch, int Slot)> slots, CancellationToken cancellationToken)
    {
        while (await slots.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (!cancellationToken.IsCancellationRequested && slots.TryRead(out (DecodedBatch Batch, int Slot) work))
            {
                try
                {
                    string path = work.Batch.Paths[work.Slot];
                    work.Batch.Finish(work.Slot, ImageReader.TryDecode(path, preprocessing, work.Batch.Slot(work.Slot)));
                }
                catch (Exception error)
                {
                    work.Batch.Fail(error); // a fault of the program, not of the image: the reader throws it
                }
            }
        }
    }

    /// <summary>Waits until nobody writes into a batch any more; errors have been passed on already.</summary>
    private static async Task StopAsync(CancellationTokenSource stop, Task[] tasks)
    {
        await stop.CancelAsync().ConfigureAwait(false);
        foreach (Task task in tasks)
        {
            await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
