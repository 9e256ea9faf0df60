using System.Collections.Concurrent;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Training;

/// <summary>
/// Makes the next batch's tensor on a thread of its own while a step is computed: upload, augmentation, normalisation.
/// </summary>
internal static class PreparedBatches
{
    private const int Ahead = 1;

    /// <summary>Prepares batches one ahead of the reader.</summary>
    /// <param name="batches">The batches; enumerated on the other thread. Each is disposed by the reader.</param>
    /// <param name="device">Where they go.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>The same batches in the same order.</returns>
    internal static IEnumerable<StepBatch> Read(
        IEnumerable<StepBatch> batches,
        Device device,
        CancellationToken cancellationToken
    )
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var ready = new BlockingCollection<StepBatch>(Ahead);
        Task preparing = Task.Factory.StartNew(
            () => Prepare(batches, ready, device, stop.Token),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
        try
        {
            foreach (StepBatch batch in ready.GetConsumingEnumerable(CancellationToken.None))
            {
                yield return batch;
            }

            preparing.GetAwaiter().GetResult(); // its error, such as too many images that cannot be read
            cancellationToken.ThrowIfCancellationRequested();
        }
        finally
        {
            stop.Cancel();
            foreach (StepBatch left in ready.GetConsumingEnumerable(CancellationToken.None))
            {
                left.Batch.Dispose();
            }

            ((IAsyncResult)preparing).AsyncWaitHandle.WaitOne();
        }
    }

    private static void Prepare(
        IEnumerable<StepBatch> batches,
        BlockingCollection<StepBatch> ready,
        Device device,
        CancellationToken cancellationToken
    )
    {
        try
        {
            foreach (StepBatch batch in batches)
            {
                bool isTaken = false;
                try
                {
                    batch.Batch.Prepare(device);
                    ready.Add(batch, cancellationToken);
                    isTaken = true;
                }
                finally
                {
                    if (!isTaken)
                    {
                        batch.Batch.Dispose();
                    }
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // the reader has gone, or throws it
        }
        finally
        {
            ready.CompleteAdding();
        }
    }
}
