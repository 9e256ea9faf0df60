using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Imaging;
using Pipeline.Core.Imaging.Decoding;

namespace Pipeline.Core.Tests.Imaging;

public sealed class MemoryBudgetTests
{
    [Fact]
    public async Task Take_MoreThanIsFree_WaitsInTheOrderOfComing()
    {
        var budget = new MemoryBudget(10);
        MemoryBudget.Share first = budget.Take(6);
        var order = new List<int>();
        var started = new TaskCompletionSource();
        Task large = Task.Run(() =>
        {
            started.SetResult();
            using MemoryBudget.Share share = budget.Take(20); // counts as the limit
            lock (order)
            {
                order.Add(1);
            }
        });
        await started.Task;
        while (!budget.IsWaitedFor)
        {
            await Task.Yield();
        }

        Task small = Task.Run(() =>
        {
            using MemoryBudget.Share share = budget.Take(1); // would fit, and would keep the large one waiting for ever
            lock (order)
            {
                order.Add(2);
            }
        });
        first.Dispose();
        first.Dispose();
        await Task.WhenAll(large, small);

        Assert.Equal([1, 2], order);
        using MemoryBudget.Share all = budget.Take(10);
    }

    [Fact]
    public async Task Take_FromManyThreads_NeverExceedsTheLimit()
    {
        var budget = new MemoryBudget(100);
        long used = 0;
        long most = 0;
        await Parallel.ForAsync(
            0,
            2000,
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            (round, _) =>
            {
                int bytes = 1 + (round * 37 % 60);
                using MemoryBudget.Share share = budget.Take(bytes);
                InterlockedMax(ref most, Interlocked.Add(ref used, bytes));
                Thread.Yield();
                Interlocked.Add(ref used, -bytes);
                return ValueTask.CompletedTask;
            }
        );

        Assert.InRange(most, 60, 100);
    }

    // 12 kB that would become gigabytes.
    [Theory]
    [InlineData(99_999_999, 1, 8, 0, 0)]
    [InlineData(8_000_000, 12, 16, 6, 0)]
    [InlineData(9_999, 9_999, 16, 6, 1)]
    public void Decode_PngBomb_IsRefusedByItsHeader(int width, int height, byte depth, byte colorType, byte interlace)
    {
        byte[] png = TestImages.PngHeader(width, height, depth, colorType, interlace);
        Preprocessing rules = TestImages.Rules(32, 32);

        var error = Assert.Throws<ImageDecodeException>(() =>
            ImageDecoder.Decode(png, "bomb.png", rules, new byte[rules.Size.RgbBytes])
        );

        Assert.Contains("of memory to decode, expected at most 640", error.Message, StringComparison.Ordinal);
    }

    private static void InterlockedMax(ref long most, long value)
    {
        long seen = Interlocked.Read(ref most);
        while (value > seen && Interlocked.CompareExchange(ref most, value, seen) is long now && now != seen)
        {
            seen = now;
        }
    }
}
