using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Cli.Tuning;

/// <summary>
/// Finds the fastest settings by measuring, one kind of setting after the other: device, how the processors are shared,
/// batch. Candidates of a kind are measured in turns, several rounds, and compared by their median; only one that is
/// clearly faster replaces the settings so far, so noise does not move the defaults.
/// </summary>
/// <param name="measure">Images per second with given settings; <c>null</c> when they cannot be used here.</param>
/// <param name="rounds">Rounds per kind.</param>
internal sealed class Tuner(Func<ScoringOptions, double?> measure, int rounds)
{
    private const double ClearlyFaster = 1.03;

    private static readonly int[] BatchSizes = [1, 2, 4, 8, 16, 32, 64, 128];
    private static readonly int SmallBatch = ScoringOptions.ForManyImages().BatchSize;

    /// <summary>Everything that was measured, in order, with its median rate.</summary>
    internal List<(ScoringOptions Options, double ImagesPerSecond)> Measured { get; } = [];

    /// <summary>Searches.</summary>
    /// <param name="baseline">The defaults, on a device that can be used.</param>
    /// <param name="devices">Other devices to try.</param>
    /// <param name="processors">Processors of this host.</param>
    /// <returns>The best settings, and both rates from a last comparison in turns.</returns>
    /// <exception cref="InvalidOperationException">The defaults cannot be used.</exception>
    internal (ScoringOptions Best, double Rate, double BaselineRate) Run(
        ScoringOptions baseline,
        IEnumerable<ScoringDevice> devices,
        int processors
    )
    {
        ScoringOptions best = baseline;
        best = Choose(best, devices.Select(device => best with { Device = device }));
        best = Choose(best, Shares(best, processors));
        best = Choose(best, BatchSizes.Select(size => RunSharing.With(best, best.ConcurrentRuns, size)));
        double[] rates = Rates([best, baseline]);
        return rates[0] >= rates[1] ? (best, rates[0], rates[1]) : (baseline, rates[1], rates[1]);
    }

    /// <summary>Ways to share the processors: runs side by side, or one run beside decode workers.</summary>
    private static IEnumerable<ScoringOptions> Shares(ScoringOptions best, int processors)
    {
        int[] counts = [.. new[] { 1, (processors + 1) / 2, processors }.Distinct()];
        foreach (int runs in counts.Where(runs => runs > 1))
        {
            yield return RunSharing.With(best, runs, best.ConcurrentRuns == runs ? best.BatchSize : SmallBatch) with
            {
                Threads = processors / runs,
                DecodeWorkers = processors,
            };
        }

        foreach (
            (int threads, int workers) in counts.SelectMany(threads => counts.Select(workers => (threads, workers)))
        )
        {
            yield return RunSharing.With(best, 1, new ScoringOptions().BatchSize) with
            {
                Threads = threads,
                DecodeWorkers = workers,
            };
        }
    }

    private ScoringOptions Choose(ScoringOptions current, IEnumerable<ScoringOptions> others)
    {
        ScoringOptions[] candidates = [current, .. others.Where(other => other != current)];
        if (candidates.Length == 1)
        {
            return current;
        }

        double[] rates = Rates(candidates);
        int fastest = Array.IndexOf(rates, rates.Max());
        return rates[fastest] > rates[0] * ClearlyFaster ? candidates[fastest] : current;
    }

    /// <summary>Median rate of each candidate; 0 for one that cannot be used.</summary>
    private double[] Rates(ScoringOptions[] candidates)
    {
        double?[][] rates = [.. Enumerable.Range(0, rounds).Select(_ => candidates.Select(measure).ToArray())];
        if (rates[0][0] is null)
        {
            throw new InvalidOperationException($"The settings {candidates[0]} cannot be used.");
        }

        double[] medians =
        [
            .. candidates.Select((_, index) => rates.Select(round => round[index] ?? 0).Order().ElementAt(rounds / 2)),
        ];
        Measured.AddRange(candidates.Zip(medians));
        return medians;
    }
}
