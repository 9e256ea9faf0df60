namespace Pipeline.Inference.Cli.Benchmarking;

/// <summary>What was measured of one stage.</summary>
/// <param name="Name">The stage.</param>
/// <param name="ImagesPerSecond">Throughput.</param>
/// <param name="ProcessorMilliseconds">Processor time per image, over all threads.</param>
/// <param name="Latencies">Duration of each call in milliseconds; empty when calls cannot be told apart.</param>
internal sealed record StageFigures(
    string Name,
    double ImagesPerSecond,
    double ProcessorMilliseconds,
    IReadOnlyList<double> Latencies
)
{
    /// <summary>
    /// A percentile of the durations, by nearest rank: the smallest duration that at least so many of them do not
    /// exceed.
    /// </summary>
    /// <param name="percent">In (0, 100].</param>
    /// <returns>Milliseconds; NaN without durations.</returns>
    internal double Percentile(double percent)
    {
        double[] sorted = [.. Latencies.Order()];
        return sorted.Length == 0
            ? double.NaN
            : sorted[Math.Max((int)Math.Ceiling(percent / 100 * sorted.Length), 1) - 1];
    }
}
