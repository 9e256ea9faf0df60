using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Cli.Tuning;

/// <summary>How the processors are shared between runs of the network.</summary>
internal static class RunSharing
{
    /// <summary>The settings for a number of runs side by side; memory stays bounded also with large batches.</summary>
    /// <param name="options">Other settings.</param>
    /// <param name="runs">Runs side by side.</param>
    /// <param name="batchSize">Images per run.</param>
    /// <returns>The settings.</returns>
    internal static ScoringOptions With(ScoringOptions options, int runs, int batchSize) =>
        options with
        {
            ConcurrentRuns = runs,
            BatchSize = batchSize,
            BatchesAhead = runs == 1 ? new ScoringOptions().BatchesAhead : Math.Clamp(256 / batchSize, 2, 4 * runs),
        };
}
