using Pipeline.Core.Imaging.Loading;
using Pipeline.Core.Metrics;
using Pipeline.Inference.Sessions;
using Pipeline.Trainer.Data;

namespace Pipeline.Training;

/// <summary>Fits the temperature to the logits of the validation images, as production will compute them.</summary>
internal static class TemperatureChoice
{
    private const int BatchSize = 32;

    /// <summary>
    /// Scores all labelled validation images, also where training looked at some of them only; they are never augmented
    /// here.
    /// </summary>
    /// <param name="candidate">The exported file; its own temperature does not matter.</param>
    /// <param name="data">The images.</param>
    /// <param name="threads">Threads of the network, and batches decoded at the same time.</param>
    /// <param name="skipped">Counts the images that cannot be read; they are left out.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <returns>The temperature and what it does; <c>null</c> when no image has a label and finite logits.</returns>
    internal static TemperatureFit? Make(
        string candidate,
        DatasetSplits data,
        int threads,
        SkippedImages skipped,
        CancellationToken cancellationToken
    )
    {
        var options = new ScoringOptions
        {
            Device = ScoringDevice.Cpu,
            Threads = threads,
            AllowSpinning = false,
            SelfTest = false, // the gate judges the file
        };
        using ScoringSession session = ScoringSession.Open(candidate, options);
        var loader = new SampleLoader(session.Contract.Preprocessing, threads, skipped);
        int[] order = [.. Enumerable.Range(0, data.Validation.Count)];
        var logits = new List<float>(data.Validation.Count * data.Labels.Count);
        var truths = new List<int>(data.Validation.Count);
        foreach (
            DecodedBatch batch in loader
                .ReadAsync(data.Validation, order, BatchSize, cancellationToken)
                .ToBlockingEnumerable(cancellationToken)
        )
        {
            using (batch)
            {
                using ScoreBatch scores = session.Score(batch.Pixels, batch.ImageCount);
                logits.AddRange(scores.AllLogits);
                truths.AddRange(batch.ClassIndexes().Select(index => (int)index));
            }
        }

        return TemperatureScaling.Fit([.. logits], [.. truths], data.Labels.Count);
    }
}
