using Pipeline.Core.Contracts;
using Pipeline.Core.Metrics;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;
using Pipeline.Trainer.Data;

namespace Pipeline.Training;

/// <summary>
/// Chooses the confidence below which a model says nothing, on the validation images as production will score them.
/// </summary>
internal static class RejectChoice
{
    /// <summary>Scores the validation images; those that cannot be read are left out.</summary>
    /// <param name="candidate">The exported file, without a reject option yet.</param>
    /// <param name="data">The images.</param>
    /// <param name="targetAccuracy">Accuracy that the accepted images must reach, in (0, 1].</param>
    /// <param name="threads">Threads of the network.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <returns>The option; <c>null</c> when no confidence reaches the target.</returns>
    internal static RejectOption? Make(
        string candidate,
        DatasetSplits data,
        double targetAccuracy,
        int threads,
        CancellationToken cancellationToken
    )
    {
        using ImageClassifier classifier = ImageClassifier.Load(
            candidate,
            new ScoringOptions { Threads = threads, DecodeWorkers = threads }
        );
        var confidences = new List<float>();
        var areCorrect = new List<bool>();
        IEnumerable<Prediction> predictions = classifier
            .ClassifyFilesAsync(data.Validation.Select(sample => sample.Path), cancellationToken)
            .ToBlockingEnumerable(cancellationToken);
        foreach ((Prediction prediction, ImageSample sample) in predictions.Zip(data.Validation))
        {
            if (prediction.Error is null)
            {
                confidences.Add(prediction.Probability);
                areCorrect.Add(prediction.ClassIndex == sample.ClassIndex);
            }
        }

        return RejectThreshold.Choose([.. confidences], [.. areCorrect], targetAccuracy);
    }
}
