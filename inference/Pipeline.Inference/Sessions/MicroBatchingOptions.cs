namespace Pipeline.Inference.Sessions;

/// <summary>
/// How concurrent single calls of one classifier are joined into common runs of the network. While one run is going on,
/// the calls that come in queue up, and the next run takes them all: the busier the machine, the larger the batches,
/// and a call that comes alone is scored at once.
/// </summary>
/// <remarks>
/// It is off unless these options are given. A network's kernels may sum in another order at another batch size, so
/// with it an answer depends in its last bits on who else was calling; without it a single call is bit-equal whenever
/// it is made. It is also of use only where many callers share one classifier.
/// </remarks>
public sealed record MicroBatchingOptions
{
    /// <summary>Most images per run; default 32.</summary>
    public int MaxBatchSize { get; init; } = 32;

    /// <summary>
    /// How long the first call of a batch waits for others when the batch is not full; default 0, never. More gives
    /// larger batches when calls come one by one, at the price of their latency.
    /// </summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.Zero;

    /// <summary>
    /// Calls that may wait for a run; default 256. Further ones wait until there is room (back-pressure), so memory is
    /// bounded by this many images.
    /// </summary>
    public int QueueCapacity { get; init; } = 256;

    /// <summary>Checks every value.</summary>
    /// <returns>One line per fault; none when all is well.</returns>
    internal IEnumerable<string> Faults()
    {
        if (MaxBatchSize is < 1 or > 65_536)
        {
            yield return $"{nameof(MaxBatchSize)} is {MaxBatchSize}, expected 1 to 65536";
        }

        if (MaxWait < TimeSpan.Zero || MaxWait > TimeSpan.FromHours(1))
        {
            yield return $"{nameof(MaxWait)} is {MaxWait}, expected 0 to 1 hour";
        }

        if (QueueCapacity is < 1 or > 1_000_000)
        {
            yield return $"{nameof(QueueCapacity)} is {QueueCapacity}, expected 1 to 1000000";
        }
    }
}
