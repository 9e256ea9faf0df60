using Pipeline.Core.Contracts;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;
using Pipeline.Trainer.Data;

namespace Pipeline.Training.Gate;

/// <summary>The class that a model gives each image, found by the inference package as in production.</summary>
/// <param name="Samples">The images.</param>
/// <param name="Classes">As many classes; -1 where the image could not be read.</param>
internal sealed record ScoredImages(IReadOnlyList<ImageSample> Samples, int[] Classes)
{
    /// <summary>Images that could be read.</summary>
    internal int Count => Classes.Count(index => index >= 0);

    /// <summary>Images classified as labelled.</summary>
    internal int Correct => Classes.Where((index, image) => index == Samples[image].ClassIndex).Count();

    /// <summary>Share of the readable images classified as labelled.</summary>
    internal double Accuracy => (double)Correct / Count;

    /// <summary>Scores images; without decoding ahead of what the network needs.</summary>
    internal static ScoredImages Score(
        string model,
        IReadOnlyList<ImageSample> samples,
        int threads,
        CancellationToken cancellationToken
    )
    {
        using ImageClassifier classifier = ImageClassifier.Load(
            model,
            new ScoringOptions
            {
                Device = ScoringDevice.Cpu,
                Threads = threads,
                DecodeWorkers = threads,
                MinimumConfidence = 0, // a held-back label is an answer here, and right or wrong as any other
            }
        );
        IEnumerable<Prediction> predictions = classifier
            .ClassifyFilesAsync(samples.Select(sample => sample.Path), cancellationToken)
            .ToBlockingEnumerable(cancellationToken);
        return new ScoredImages(
            samples,
            [.. predictions.Select(prediction => prediction.Error is null ? prediction.ClassIndex : -1)]
        );
    }

    /// <summary>Images that another model classifies otherwise.</summary>
    internal IReadOnlyList<int> DifferentFrom(ScoredImages other) =>
        [.. Enumerable.Range(0, Classes.Length).Where(image => Classes[image] != other.Classes[image])];
}
