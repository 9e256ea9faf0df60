using System.Diagnostics;
using Pipeline.Core.Errors;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Cli.Tuning;

/// <summary>Measures how fast a model goes through real images with given settings, files to predictions.</summary>
/// <param name="modelPath">Path of the model.</param>
/// <param name="images">Files to score.</param>
/// <param name="cancellationToken">Stops between two batches.</param>
internal sealed class FolderRate(string modelPath, IReadOnlyList<string> images, CancellationToken cancellationToken)
{
    /// <summary>Scores the images once.</summary>
    /// <param name="options">Settings.</param>
    /// <returns>
    /// Images per second without loading and the first run; <c>null</c> when the device cannot be used here.
    /// </returns>
    internal double? Measure(ScoringOptions options)
    {
        try
        {
            using ImageClassifier classifier = ImageClassifier.Load(
                modelPath,
                options with
                {
                    SelfTest = false,
                    DevicePolicy = DevicePolicy.Fail,
                }
            );
            Score(classifier, [.. images.Take(options.BatchSize)]); // the first run of a size makes room
            long started = Stopwatch.GetTimestamp();
            Score(classifier, images);
            return images.Count / Stopwatch.GetElapsedTime(started).TotalSeconds;
        }
        catch (DeviceException)
        {
            return null;
        }
    }

    private void Score(ImageClassifier classifier, IReadOnlyList<string> paths) =>
        ScoreAsync(classifier, paths).GetAwaiter().GetResult();

    private async Task ScoreAsync(ImageClassifier classifier, IReadOnlyList<string> paths)
    {
        await foreach (var _ in classifier.ClassifyFilesAsync(paths, cancellationToken).ConfigureAwait(false))
        {
            // The rate is all that is wanted.
        }
    }
}
