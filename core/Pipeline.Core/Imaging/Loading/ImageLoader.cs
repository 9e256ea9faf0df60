using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Pipeline.Core.Contracts;

namespace Pipeline.Core.Imaging.Loading;

/// <summary>
/// Images in, decoded batches out. A feeder cuts the list into batches, a bounded channel of slots feeds the decode
/// workers; a batch is passed on when it is made (in the order given) or when it is decoded (as completed). Memory is
/// (batches ahead + 2) batches, however many images there are. Only the memory and the time depend on the number of
/// workers, never the answer.
/// </summary>
/// <param name="preprocessing">The model's rules.</param>
/// <param name="batchSize">Images per batch; the last batch may hold fewer.</param>
/// <param name="workers">Images decoded at the same time.</param>
/// <param name="batchesAhead">Batches that may be decoded before the reader asks.</param>
public sealed class ImageLoader(Preprocessing preprocessing, int batchSize, int workers, int batchesAhead)
{
    private readonly int batchSize = AtLeast(1, batchSize, nameof(batchSize));
    private readonly int workers = AtLeast(1, workers, nameof(workers));
    private readonly int batchesAhead = AtLeast(0, batchesAhead, nameof(batchesAhead));

    /// <summary>When a batch is passed on.</summary>
    public LoadOrder Order { get; init; } = LoadOrder.AsGiven;

    /// <summary>
    /// Run by a worker on the batch that it decoded, such as scoring; a worker then takes whole batches through both
    /// instead of single images through decoding. <c>null</c> only decodes.
    /// </summary>
    public Func<DecodedBatch, IDisposable>? Process { get; init; }

    /// <summary>Makes the memory of so many images; pooled by default.</summary>
    public Func<int, ImageSize, ImageBatch> Rent { get; init; } = ImageBatch.Rent;

    /// <summary>
    /// Told on the worker, when an image is decoded, since when it was (<see cref="Stopwatch.GetTimestamp"/>);
    /// <c>null</c> tells nobody.
    /// </summary>
    public Action<long>? Decoded { get; init; }

    /// <summary>Decodes images.</summary>
    /// <param name="images">The images; enumerated on another thread, and only as far as the reader has come.</param>
    /// <param name="cancellationToken">
    /// Stops everything; no worker is running any more when the enumeration has ended.
    /// </param>
    /// <returns>Batches that are completely decoded. Transferred: the reader disposes each.</returns>
    public async IAsyncEnumerable<DecodedBatch> LoadAsync(
        IAsyncEnumerable<ImageSource> images,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var room = new SemaphoreSlim(batchesAhead + 1);
        Channel<(DecodedBatch Batch, int Slot)> slots = Channel.CreateBounded<(DecodedBatch, int)>(batchSize);
        Channel<DecodedBatch> batches = Channel.CreateUnbounded<DecodedBatch>(
            new UnboundedChannelOptions { SingleReader = true }
        ); // bounded by the room
        Task[] tasks =
        [
            .. Enumerable
                .Range(0, workers)
                .Select(_ => Task.Run(() => DecodeAsync(slots.Reader, stop.Token), CancellationToken.None)),
        ];
        Task feeder = Task.Run(
            () => FeedAsync(images, room, slots.Writer, batches.Writer, tasks, stop.Token),
            CancellationToken.None
        );
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
                        await StopAsync(stop, feeder).ConfigureAwait(false); // a worker may still write into it
                        batch.Dispose();
                    }
                }

                room.Release();
                yield return batch;
            }
        }
        finally
        {
            await StopAsync(stop, feeder).ConfigureAwait(false);
            while (batches.Reader.TryRead(out DecodedBatch? left))
            {
                left.Dispose();
            }
        }
    }

    /// <summary>
    /// Cuts the list into batches and waits for the workers. Its error, such as a list that cannot be enumerated,
    /// completes the channel of batches.
    /// </summary>
    private async Task FeedAsync(
        IAsyncEnumerable<ImageSource> images,
        SemaphoreSlim room,
        ChannelWriter<(DecodedBatch Batch, int Slot)> slots,
        ChannelWriter<DecodedBatch> batches,
        Task[] decoders,
        CancellationToken cancellationToken
    )
    {
        Exception? error = null;
        try
        {
            await foreach (
                ImageSource[] stretch in images
                    .Chunk(batchSize)
                    .WithCancellation(cancellationToken)
                    .ConfigureAwait(false)
            )
            {
                await room.WaitAsync(cancellationToken).ConfigureAwait(false);
                DecodedBatch batch;
                if (Order == LoadOrder.AsGiven)
                {
                    batch = new DecodedBatch(stretch, Rent(stretch.Length, preprocessing.Size));
                    batches.TryWrite(batch);
                }
                else
                {
                    batch = new DecodedBatch(
                        stretch,
                        Rent(stretch.Length, preprocessing.Size),
                        done => batches.TryWrite(done)
                    );
                }

                for (int slot = 0; slot < (Process is null ? stretch.Length : 1); slot++)
                {
                    await slots.WriteAsync((batch, slot), cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (Exception caught)
        {
            error = caught; // the reader throws it, after the batches before it
        }
        finally
        {
            slots.Complete();
            // they only fail by being cancelled
            await Task.WhenAll(decoders).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            batches.Complete(error);
        }
    }

    private async Task DecodeAsync(
        ChannelReader<(DecodedBatch Batch, int Slot)> slots,
        CancellationToken cancellationToken
    )
    {
        while (await slots.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (!cancellationToken.IsCancellationRequested && slots.TryRead(out (DecodedBatch Batch, int Slot) work))
            {
                if (Process is null)
                {
                    work.Batch.Decode(work.Slot, preprocessing, Decoded);
                }
                else
                {
                    work.Batch.DecodeAndProcess(preprocessing, Decoded, Process);
                }
            }
        }
    }

    /// <summary>Waits until nobody writes into a batch any more; errors have been passed on already.</summary>
    private static async Task StopAsync(CancellationTokenSource stop, Task feeder)
    {
        await stop.CancelAsync().ConfigureAwait(false);
        await feeder.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static int AtLeast(int least, int value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least, name);
        return value;
    }
}
