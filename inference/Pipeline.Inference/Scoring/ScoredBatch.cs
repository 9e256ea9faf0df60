using Pipeline.Core.Imaging.Loading;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Scoring;

/// <summary>
/// Some images after the network. Owned by whoever reads it from <see cref="ImagePipeline.Score"/>, who disposes it.
/// </summary>
public sealed class ScoredBatch : IDisposable
{
    /// <summary>Joins images and scores.</summary>
    /// <param name="sources">The images.</param>
    /// <param name="errors">Why an image has no scores; as long as <paramref name="sources"/>.</param>
    /// <param name="takenScores">A row per image without an error, in their order. Transferred.</param>
    internal ScoredBatch(IReadOnlyList<ImageSource> sources, IReadOnlyList<string?> errors, ScoreBatch takenScores)
    {
        Sources = sources;
        Errors = errors;
        Scores = takenScores;
    }

    /// <summary>The images of the batch, in order.</summary>
    public IReadOnlyList<ImageSource> Sources { get; }

    /// <summary>Why an image has no scores; <c>null</c> where it has. As long as <see cref="Sources"/>.</summary>
    public IReadOnlyList<string?> Errors { get; }

    /// <summary>
    /// A row per image without an error, in their order. Borrowed; invalid after <see cref="Dispose"/>.
    /// </summary>
    public ScoreBatch Scores { get; }

    /// <inheritdoc/>
    public void Dispose() => Scores.Dispose();
}
