using Pipeline.Core.Contracts;
using Pipeline.Core.Metrics;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Scoring;

/// <summary>From a row of scores to a prediction: the one place that does it. Thread-safe.</summary>
/// <param name="labels">Class names in output order.</param>
/// <param name="minimumConfidence">Smallest probability of the best class that gives its label.</param>
internal sealed class PredictionLabeler(LabelSet labels, float minimumConfidence)
{
    /// <summary>The prediction of an image that could not be read.</summary>
    /// <param name="path">Its name.</param>
    /// <param name="error">Why, one line.</param>
    /// <returns>A prediction without a label.</returns>
    internal static Prediction Failed(string path, string error) => new() { Path = path, Error = error };

    /// <summary>The prediction of a scored image.</summary>
    /// <param name="path">Its name.</param>
    /// <param name="scores">The batch that it is in. Borrowed; its rows are copied.</param>
    /// <param name="row">Its row.</param>
    /// <returns>A prediction; one with an error when a score is not finite.</returns>
    internal Prediction Label(string path, ScoreBatch scores, int row)
    {
        ReadOnlySpan<float> probabilities = scores.Probabilities(row);
        foreach (float probability in probabilities)
        {
            if (!float.IsFinite(probability))
            {
                return Failed(path, "the model's scores for this image are not finite");
            }
        }

        int top = ClassificationAccumulator.TopClass(probabilities);
        bool isRejected = probabilities[top] < minimumConfidence;
        return new Prediction
        {
            Path = path,
            Label = isRejected ? string.Empty : labels[top],
            ClassIndex = isRejected ? -1 : top,
            Probability = probabilities[top],
            Probabilities = probabilities.ToArray(),
            Features = scores.Features(row).ToArray(),
        };
    }

    /// <summary>The predictions of a batch.</summary>
    /// <param name="batch">The batch. Borrowed.</param>
    /// <returns>One per image, in their order.</returns>
    internal Prediction[] Label(ScoredBatch batch)
    {
        var predictions = new Prediction[batch.Sources.Count];
        int row = 0;
        for (int index = 0; index < predictions.Length; index++)
        {
            string path = batch.Sources[index].Name;
            predictions[index] = batch.Errors[index] is { } error
                ? Failed(path, error)
                : Label(path, batch.Scores, row++);
        }

        return predictions;
    }
}
