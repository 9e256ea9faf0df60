using System.Runtime.CompilerServices;
using Pipeline.Core.Contracts;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.Cli.Sources;

/// <summary>Predictions of paths and addresses.</summary>
internal static class SourceClassifier
{
    /// <summary>Classifies in the order given, addresses too.</summary>
    /// <param name="classifier">The model. Borrowed.</param>
    /// <param name="paths">Paths and, with limits, addresses.</param>
    /// <param name="limits">What may be downloaded; <c>null</c> when there is no address.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>One prediction per path.</returns>
    internal static async IAsyncEnumerable<Prediction> ClassifyAsync(
        ImageClassifier classifier,
        IEnumerable<string> paths,
        WebLimits? limits,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        if (limits is null)
        {
            await foreach (
                Prediction prediction in classifier.ClassifyFilesAsync(paths, cancellationToken).ConfigureAwait(false)
            )
            {
                yield return prediction;
            }

            yield break;
        }

        using var downloader = new WebDownloader(limits);
        using var images = new WebImages(downloader);
        await foreach (
            Prediction prediction in classifier
                .ClassifyFilesAsync(images.ToFiles(paths, cancellationToken), cancellationToken)
                .ConfigureAwait(false)
        )
        {
            yield return images.Restore(prediction);
        }
    }
}
