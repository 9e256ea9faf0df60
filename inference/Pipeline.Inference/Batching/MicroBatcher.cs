using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Batching;

/// <summary>
/// Joins concurrent calls for one image each into common runs. Threads of its own make the runs, so callers may block
/// threads of the pool without starving it. Thread-safe. <see cref="Dispose"/> answers the calls that are queued and
/// refuses later ones.
/// </summary>
internal sealed class MicroBatcher : IDisposable
{
    private readonly MicroBatchingOptions options;
    private readonly Run run;
    private readonly ImageSize size;
    private readonly SemaphoreSlim room;
    private readonly Queue<Request> queue = []; // also the monitor that the threads wait on
    private readonly Thread[] threads;
    private bool isClosed;

    /// <summary>Starts the threads.</summary>
    /// <param name="options">Validated options.</param>
    /// <param name="size">Size of the images.</param>
    /// <param name="run">Scores a batch; called by as many threads as there are concurrent runs.</param>
    /// <param name="concurrentRuns">Runs at the same time, at least 1.</param>
    internal MicroBatcher(MicroBatchingOptions options, ImageSize size, Run run, int concurrentRuns = 1)
    {
        this.options = options;
        this.run = run;
        this.size = size;
        room = new SemaphoreSlim(options.QueueCapacity);
        threads =
        [
            .. Enumerable
                .Range(0, concurrentRuns)
                .Select(_ => new Thread(Work) { IsBackground = true, Name = "Pipeline micro-batcher" }),
        ];
        Array.ForEach(threads, thread => thread.Start());
    }

    /// <summary>Scores a batch.</summary>
    /// <param name="pixels"><c>uint8 [N, H, W, 3]</c>. Borrowed.</param>
    /// <param name="names">Name of each image.</param>
    /// <returns>One prediction per image, in their order.</returns>
    internal delegate Prediction[] Run(ReadOnlySpan<byte> pixels, IReadOnlyList<string> names);

    /// <summary>Waits for the answer to one image.</summary>
    /// <param name="image">One image. Borrowed for the call.</param>
    /// <param name="name">Its name.</param>
    /// <returns>Its prediction.</returns>
    /// <exception cref="ObjectDisposedException">The batcher was disposed.</exception>
    internal Prediction Submit(ImageBatch image, string name)
    {
        room.Wait();
        return Enqueue(image, name).Answer.GetAwaiter().GetResult();
    }

    /// <summary>Waits for the answer to one image without a thread.</summary>
    /// <param name="image">One image. Borrowed until the task ends.</param>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">
    /// Leaves the queue, or gives up an answer on its way; nobody else's is touched.
    /// </param>
    /// <returns>Its prediction.</returns>
    /// <exception cref="ObjectDisposedException">The batcher was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    internal async Task<Prediction> SubmitAsync(ImageBatch image, string name, CancellationToken cancellationToken)
    {
        await room.WaitAsync(cancellationToken).ConfigureAwait(false);
        Request request = Enqueue(image, name);
        using (cancellationToken.Register(() => request.Cancel(cancellationToken)))
        {
            return await request.Answer.ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (queue)
        {
            isClosed = true;
            Monitor.PulseAll(queue);
        }

        Array.ForEach(threads, thread => thread.Join());
    }

    private Request Enqueue(ImageBatch image, string name)
    {
        lock (queue)
        {
            if (isClosed)
            {
                room.Release(); // the next one that waits must learn it too
            }

            ObjectDisposedException.ThrowIf(isClosed, this);
            var request = new Request(image, name);
            queue.Enqueue(request);
            Monitor.PulseAll(queue);
            return request;
        }
    }

    private void Work()
    {
        using ImageBatch pixels = ImageBatch.Rent(options.MaxBatchSize, size);
        while (Take() is { Count: > 0 } requests)
        {
            Score(requests, pixels);
        }
    }

    /// <summary>Waits for calls.</summary>
    /// <returns>The calls of the next batch; none when the batcher is closed and the queue empty.</returns>
    private List<Request> Take()
    {
        lock (queue)
        {
            var requests = new List<Request>();
            while (requests.Count == 0 && !(queue.Count == 0 && isClosed))
            {
                while (queue.Count == 0 && !isClosed)
                {
                    Monitor.Wait(queue);
                }

                // Another thread may take them while this one waits for more.
                while (
                    queue.Count > 0
                    && queue.Count < options.MaxBatchSize
                    && !isClosed
                    && options.MaxWait - queue.Peek().Age is { Ticks: > 0 } left
                )
                {
                    Monitor.Wait(queue, (int)Math.Ceiling(left.TotalMilliseconds));
                }

                while (requests.Count < options.MaxBatchSize && queue.TryDequeue(out Request? request))
                {
                    requests.Add(request);
                }
            }

            if (requests.Count > 0)
            {
                room.Release(requests.Count);
            }

            return requests;
        }
    }

    private void Score(List<Request> requests, ImageBatch pixels)
    {
        int count = 0;
        for (int index = 0; index < requests.Count; index++)
        {
            // Those that were cancelled in the queue leave no gap.
            if (requests[index].TryCopyTo(pixels.Image(count)))
            {
                requests[count++] = requests[index];
            }
        }

        if (count == 0)
        {
            return;
        }

        requests.RemoveRange(count, requests.Count - count);
        try
        {
            Prediction[] predictions = run(
                pixels.Pixels[..(count * size.RgbBytes)],
                [.. requests.Select(request => request.Name)]
            );
            for (int index = 0; index < count; index++)
            {
                requests[index].Complete(predictions[index]);
            }
        }
        catch (Exception error)
        {
            requests.ForEach(request => request.Fail(error)); // each caller throws it
        }
    }

    /// <summary>
    /// One call. Its image is the caller's and may be gone as soon as it has an answer, so both are touched under one
    /// lock.
    /// </summary>
    private sealed class Request(ImageBatch image, string name)
    {
        private readonly Lock gate = new();
        private readonly TaskCompletionSource<Prediction> completion = new(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        private readonly long arrived = TimeProvider.System.GetTimestamp();

        internal string Name => name;

        internal Task<Prediction> Answer => completion.Task;

        internal TimeSpan Age => TimeProvider.System.GetElapsedTime(arrived);

        internal bool TryCopyTo(Span<byte> destination)
        {
            lock (gate)
            {
                if (completion.Task.IsCompleted)
                {
                    return false;
                }

                image.Pixels.CopyTo(destination);
                return true;
            }
        }

        internal void Cancel(CancellationToken cancellationToken)
        {
            lock (gate)
            {
                completion.TrySetCanceled(cancellationToken);
            }
        }

        internal void Complete(Prediction prediction) => completion.TrySetResult(prediction);

        internal void Fail(Exception error) => completion.TrySetException(error);
    }
}
