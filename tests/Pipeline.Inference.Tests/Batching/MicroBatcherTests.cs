using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Inference.Batching;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Tests.Batching;

/// <summary>
/// No test here depends on time: a run that waits an hour for more calls ends when the batch is full or the batcher is
/// closed.
/// </summary>
public sealed class MicroBatcherTests
{
    private static readonly ImageSize OnePixel = new(1, 1);
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    [Fact]
    public async Task SubmitAsync_AsManyCallsAsABatchHolds_ShareOneRun()
    {
        var runs = new List<int>();
        using var batcher = new MicroBatcher(
            new MicroBatchingOptions { MaxBatchSize = 4, MaxWait = Long },
            OnePixel,
            Record(runs)
        );

        Prediction[] answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(index => CallAsync(batcher, index)));

        Assert.Equal([4, 4, 4], runs);
        Assert.Equal(Enumerable.Range(0, 12), answers.Select(answer => answer.ClassIndex));
        Assert.Equal(Enumerable.Range(0, 12).Select(Name), answers.Select(answer => answer.Path));
    }

    [Fact]
    public async Task SubmitAsync_TwoConcurrentRuns_GoOnAtTheSameTime()
    {
        using var both = new Barrier(2); // passed only when both runs are under way
        using var batcher = new MicroBatcher(
            new MicroBatchingOptions { MaxBatchSize = 2, MaxWait = Long },
            OnePixel,
            (pixels, names) =>
            {
                both.SignalAndWait();
                return Answers(pixels, names);
            },
            concurrentRuns: 2
        );

        Prediction[] answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(index => CallAsync(batcher, index)));

        Assert.Equal(Enumerable.Range(0, 8), answers.Select(answer => answer.ClassIndex));
    }

    [Fact]
    public void Submit_OneCallerWithoutAWait_IsAnsweredAlone()
    {
        var runs = new List<int>();
        using var batcher = new MicroBatcher(new MicroBatchingOptions(), OnePixel, Record(runs));

        Assert.Equal([3, 4, 5], Enumerable.Range(3, 3).Select(index => Call(batcher, index).ClassIndex));
        Assert.Equal([1, 1, 1], runs);
    }

    [Fact]
    public async Task SubmitAsync_OneIsCancelledInTheQueue_OthersGetTheirOwnAnswers()
    {
        var runs = new List<int>();
        using var cancel = new CancellationTokenSource();
        using var batcher = new MicroBatcher(
            new MicroBatchingOptions { MaxBatchSize = 4, MaxWait = Long },
            OnePixel,
            Record(runs)
        );
        Task<Prediction> first = CallAsync(batcher, 1);
        Task<Prediction> cancelled = CallAsync(batcher, 2, cancel.Token);
        Task<Prediction> third = CallAsync(batcher, 3);

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Task<Prediction> fourth = CallAsync(batcher, 4);

        Assert.Equal([1, 3, 4], (await Task.WhenAll(first, third, fourth)).Select(answer => answer.ClassIndex));
        Assert.Equal([3], runs);
    }

    [Fact]
    public async Task SubmitAsync_CancelledWhileItsRunGoesOn_LeavesTheOthersAlone()
    {
        using var running = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        using var cancel = new CancellationTokenSource();
        using var batcher = new MicroBatcher(
            new MicroBatchingOptions { MaxBatchSize = 2, MaxWait = Long },
            OnePixel,
            (pixels, names) =>
            {
                running.Release();
                goOn.Wait();
                return Answers(pixels, names);
            }
        );
        Task<Prediction> cancelled = CallAsync(batcher, 1, cancel.Token);
        Task<Prediction> other = CallAsync(batcher, 2);
        await running.WaitAsync(TestContext.Current.CancellationToken);

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        goOn.Release();

        Assert.Equal(2, (await other).ClassIndex);
    }

    [Fact]
    public async Task SubmitAsync_AFullQueue_HoldsFurtherCallsBack()
    {
        using var goOn = new SemaphoreSlim(0);
        using var running = new SemaphoreSlim(0);
        using var cancel = new CancellationTokenSource();
        using var batcher = new MicroBatcher(
            new MicroBatchingOptions { MaxBatchSize = 1, QueueCapacity = 2 },
            OnePixel,
            (pixels, names) =>
            {
                running.Release();
                goOn.Wait();
                return Answers(pixels, names);
            }
        );
        Task<Prediction> taken = CallAsync(batcher, 0);
        await running.WaitAsync(TestContext.Current.CancellationToken); // out of the queue
        Task<Prediction>[] queued = [CallAsync(batcher, 1), CallAsync(batcher, 2)];

        Task<Prediction> held = CallAsync(batcher, 3, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => held); // while it waited for room
        Task<Prediction> last = CallAsync(batcher, 4);
        goOn.Release(4);

        Assert.Equal([0, 1, 2, 4], (await Task.WhenAll([taken, .. queued, last])).Select(answer => answer.ClassIndex));
    }

    [Fact]
    public async Task Dispose_CallsInTheQueue_AreAnsweredAndLaterOnesRefused()
    {
        var runs = new List<int>();
        var batcher = new MicroBatcher(
            new MicroBatchingOptions
            {
                MaxBatchSize = 8,
                MaxWait = Long,
                QueueCapacity = 3,
            },
            OnePixel,
            Record(runs)
        );
        Task<Prediction>[] queued = [.. Enumerable.Range(0, 3).Select(index => CallAsync(batcher, index))];
        Task<Prediction>[] held = [CallAsync(batcher, 3), CallAsync(batcher, 4)]; // there is no room for them

        batcher.Dispose();

        Assert.Equal([0, 1, 2], (await Task.WhenAll(queued)).Select(answer => answer.ClassIndex));
        Assert.Equal([3], runs);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => held[0]);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => held[1]);
        Assert.Throws<ObjectDisposedException>(() => Call(batcher, 5));
    }

    [Fact]
    public async Task SubmitAsync_ARunThatFails_FailsItsCallersOnly()
    {
        int run = 0;
        using var batcher = new MicroBatcher(
            new MicroBatchingOptions { MaxBatchSize = 2, MaxWait = Long },
            OnePixel,
            (pixels, names) => run++ == 0 ? throw new InvalidOperationException("run") : Answers(pixels, names)
        );

        Task<Prediction>[] failing = [CallAsync(batcher, 0), CallAsync(batcher, 1)];
        await Assert.ThrowsAsync<InvalidOperationException>(() => failing[0]);
        await Assert.ThrowsAsync<InvalidOperationException>(() => failing[1]);

        Assert.Equal(
            [2, 3],
            (await Task.WhenAll(CallAsync(batcher, 2), CallAsync(batcher, 3))).Select(answer => answer.ClassIndex)
        );
    }

    private static MicroBatcher.Run Record(List<int> runs) =>
        (pixels, names) =>
        {
            runs.Add(names.Count);
            return Answers(pixels, names);
        };

    /// <summary>The class of an image is its first byte.</summary>
    private static Prediction[] Answers(ReadOnlySpan<byte> pixels, IReadOnlyList<string> names)
    {
        byte[] copy = pixels.ToArray();
        Assert.Equal(names.Count * 3, copy.Length);
        return [.. names.Select((name, index) => new Prediction { Path = name, ClassIndex = copy[index * 3] })];
    }

    private static string Name(int index) => FormattableString.Invariant($"image {index}");

    private static Prediction Call(MicroBatcher batcher, int index)
    {
        using ImageBatch image = Image(index);
        return batcher.Submit(image, Name(index));
    }

    private static async Task<Prediction> CallAsync(
        MicroBatcher batcher,
        int index,
        CancellationToken cancellationToken = default
    )
    {
        using ImageBatch image = Image(index);
        return await batcher.SubmitAsync(image, Name(index), cancellationToken);
    }

    private static ImageBatch Image(int index)
    {
        ImageBatch image = ImageBatch.Rent(1, OnePixel);
        image.Pixels.Fill((byte)index);
        return image;
    }
}
