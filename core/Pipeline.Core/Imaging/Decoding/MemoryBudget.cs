namespace Pipeline.Core.Imaging.Decoding;

/// <summary>
/// A number of bytes that all decodes of the process share: who needs more than is free waits, in the order of coming.
/// A thread takes from <see cref="Files"/> before it takes from <see cref="Pixels"/>, and never twice from one, so
/// nobody waits for somebody who waits. Thread-safe.
/// </summary>
/// <param name="limit">The bytes.</param>
internal sealed class MemoryBudget(long limit)
{
    private readonly Lock gate = new();
    private readonly LinkedList<Waiter> waiters = new();
    private long used;

    /// <summary>For encoded files.</summary>
    internal static MemoryBudget Files { get; } = new(ImageLimits.MaxFileBytes);

    /// <summary>For what decoding and resizing hold.</summary>
    internal static MemoryBudget Pixels { get; } = new(ImageLimits.MaxDecodeBytes);

    /// <summary>Whether somebody waits.</summary>
    internal bool IsWaitedFor
    {
        get
        {
            lock (gate)
            {
                return waiters.Count > 0;
            }
        }
    }

    /// <summary>Takes a share; waits until it is free.</summary>
    /// <param name="bytes">The bytes; what is above the limit counts as the limit.</param>
    /// <returns>The share, given back when it is disposed. Owned by the caller.</returns>
    internal Share Take(long bytes)
    {
        bytes = Math.Min(bytes, limit);
        Waiter waiter;
        lock (gate)
        {
            if (waiters.Count == 0 && used + bytes <= limit)
            {
                used += bytes;
                return new Share(this, bytes);
            }

            waiter = new Waiter(bytes);
            waiters.AddLast(waiter);
        }

        waiter.IsFree.Wait();
        waiter.IsFree.Dispose();
        return new Share(this, bytes);
    }

    private void GiveBack(long bytes)
    {
        lock (gate)
        {
            used -= bytes;
            while (waiters.First is { } next && used + next.Value.Bytes <= limit)
            {
                used += next.Value.Bytes;
                waiters.RemoveFirst();
                next.Value.IsFree.Set();
            }
        }
    }

    /// <summary>Bytes that were taken. Owned by whoever took them.</summary>
    internal sealed class Share : IDisposable
    {
        private readonly long bytes;
        private MemoryBudget? budget;

        /// <summary>Notes what was taken.</summary>
        /// <param name="budget">Where from.</param>
        /// <param name="bytes">How much.</param>
        internal Share(MemoryBudget budget, long bytes) => (this.budget, this.bytes) = (budget, bytes);

        /// <inheritdoc/>
        public void Dispose() => Interlocked.Exchange(ref budget, null)?.GiveBack(bytes);
    }

    private sealed record Waiter(long Bytes)
    {
        internal ManualResetEventSlim IsFree { get; } = new(initialState: false);
    }
}
