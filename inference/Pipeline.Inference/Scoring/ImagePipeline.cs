using System.Runtime.CompilerServices;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Imaging.Loading;
using Pipeline.Inference.Batching;
using Pipeline.Inference.Reporting;
using Pipeline.Inference.Sessions;
using Pipeline.Inference.Telemetry;

namespace Pipeline.Inference.Scoring;

/// <summary>
/// The stages from images to predictions, to be chained: load, decode and resize, score, label, write.
/// <see cref="ImageClassifier"/> is made of them. Every stage is lazy, takes what the one before it gives, and pulls no
/// more than it needs, so memory is bounded from end to end; decoding alone runs ahead, on threads of its own. Between
/// two stages any LINQ operator or code of your own fits: what passes there is a plain value, or a batch that whoever
/// takes it disposes.
/// </summary>
/// <remarks>
/// Decoding and resizing are one stage, because a JPEG is decoded at a fraction of its size when the resize that
/// follows allows it. For a step of your own in between (a crop, say), give pixels:
/// <see cref="ImageSource.FromPixels"/>.
/// </remarks>
public static class ImagePipeline
{
    /// <summary>
    /// Every file below a folder, in ordinal order of the paths. Sub-folders are listed when their turn comes, so the
    /// list is never held.
    /// </summary>
    /// <param name="folder">An existing folder.</param>
    /// <returns>The images; a file that is none shows when it is decoded.</returns>
    /// <exception cref="DatasetException">
    /// The folder does not exist, is a file, or cannot be read; thrown by this call, not by the enumeration.
    /// </exception>
    public static IEnumerable<ImageSource> LoadFolder(string folder) => LoadFiles(FolderListing.Enumerate(folder));

    /// <summary>Given files.</summary>
    /// <param name="paths">Their paths; enumerated once, as far as they are needed.</param>
    /// <returns>The images, in that order.</returns>
    public static IEnumerable<ImageSource> LoadFiles(IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return paths.Select(ImageSource.FromFile);
    }

    /// <summary>
    /// Decodes images, turns them upright, and brings them to the model's size; ahead of the reader, in bounded memory.
    /// </summary>
    /// <param name="images">The images; enumerated on another thread, only as far as batches are decoded.</param>
    /// <param name="preprocessing">The model's rules.</param>
    /// <param name="options">Batch size, decode workers, batches ahead; <c>null</c> takes the defaults.</param>
    /// <param name="order">In which order the batches come.</param>
    /// <param name="cancellationToken">
    /// Stops between two batches; no worker is running any more when the enumeration has ended.
    /// </param>
    /// <returns>Batches <c>uint8 [N, H, W, 3]</c>. Transferred: the reader disposes each.</returns>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public static IAsyncEnumerable<DecodedBatch> DecodeAndResize(
        this IEnumerable<ImageSource> images,
        Preprocessing preprocessing,
        ScoringOptions? options = null,
        LoadOrder order = LoadOrder.AsGiven,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(images);
        return images.ToAsyncEnumerable().DecodeAndResize(preprocessing, options, order, cancellationToken);
    }

    /// <summary>
    /// Decodes images that arrive one after the other, such as from a queue. A batch waits until it is full or the
    /// images end.
    /// </summary>
    /// <param name="images">The images; enumerated on another thread, only as far as batches are decoded.</param>
    /// <param name="preprocessing">The model's rules.</param>
    /// <param name="options">Batch size, decode workers, batches ahead; <c>null</c> takes the defaults.</param>
    /// <param name="order">In which order the batches come.</param>
    /// <param name="cancellationToken">
    /// Stops between two batches; no worker is running any more when the enumeration has ended.
    /// </param>
    /// <returns>Batches <c>uint8 [N, H, W, 3]</c>. Transferred: the reader disposes each.</returns>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public static IAsyncEnumerable<DecodedBatch> DecodeAndResize(
        this IAsyncEnumerable<ImageSource> images,
        Preprocessing preprocessing,
        ScoringOptions? options = null,
        LoadOrder order = LoadOrder.AsGiven,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(preprocessing);
        options = (options ?? new ScoringOptions()).Validate();
        return new ImageLoader(preprocessing.Validate(), options.BatchSize, options.DecodeWorkers, options.BatchesAhead)
        {
            Order = order,
            Decoded = InferenceTelemetry.EndDecode,
        }.LoadAsync(images, cancellationToken);
    }

    /// <summary>
    /// Both stages up to the scores as the session's options say: decoding ahead of one run, or
    /// <see cref="ScoringOptions.ConcurrentRuns"/> workers that each decode and score batches of their own.
    /// </summary>
    /// <param name="images">The images; enumerated on another thread, only as far as batches are decoded.</param>
    /// <param name="session">The model. Borrowed; it must outlive the enumeration.</param>
    /// <param name="order">In which order the batches come.</param>
    /// <param name="cancellationToken">
    /// Stops between two batches; no worker is running any more when the enumeration has ended.
    /// </param>
    /// <returns>A batch of scores for each batch of images. Transferred: the reader disposes each.</returns>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public static IAsyncEnumerable<ScoredBatch> DecodeAndScore(
        this IAsyncEnumerable<ImageSource> images,
        ScoringSession session,
        LoadOrder order = LoadOrder.AsGiven,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(session);
        ScoringOptions options = session.Options;
        Preprocessing preprocessing = session.Contract.Preprocessing;
        IAsyncEnumerable<DecodedBatch> batches =
            options.ConcurrentRuns == 1
                ? images.DecodeAndResize(preprocessing, options, order, cancellationToken)
                : new ImageLoader(preprocessing, options.BatchSize, options.ConcurrentRuns, options.BatchesAhead)
                {
                    Order = order,
                    Decoded = InferenceTelemetry.EndDecode,
                    Process = batch => AugmentedScoring.Score(session, batch.Pixels, batch.ImageCount),
                }.LoadAsync(images, cancellationToken);
        return batches.Score(session, cancellationToken);
    }

    /// <summary>
    /// Runs the network, a batch at a time, on the thread that asks for the next one; with test-time augmentation when
    /// the session's options say so.
    /// </summary>
    /// <param name="batches">Decoded batches of the model's size. Each is disposed here.</param>
    /// <param name="session">The model. Borrowed; it must outlive the enumeration.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>A batch of scores for each batch of images. Transferred: the reader disposes each.</returns>
    /// <exception cref="ShapeException">A batch is of another size than the model's.</exception>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public static async IAsyncEnumerable<ScoredBatch> Score(
        this IAsyncEnumerable<DecodedBatch> batches,
        ScoringSession session,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(session);
        await foreach (DecodedBatch batch in batches.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            ScoredBatch scored;
            using (batch)
            {
                session.CheckSize(batch.ImageSize);
                scored = new ScoredBatch(
                    batch.Sources,
                    batch.Errors,
                    (ScoreBatch?)batch.TakeResult() ?? AugmentedScoring.Score(session, batch.Pixels, batch.ImageCount)
                );
            }

            yield return scored;
        }
    }

    /// <summary>Names the best class of each image.</summary>
    /// <param name="batches">Scored batches. Each is disposed here.</param>
    /// <param name="labels">The model's classes.</param>
    /// <param name="minimumConfidence">
    /// Smallest probability of the best class that gives its label, such as
    /// <see cref="ScoringSession.MinimumConfidence"/>; 0 gives every label.
    /// </param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>
    /// One prediction per image, in the order of the batches; an image that could not be read has an error.
    /// </returns>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public static async IAsyncEnumerable<Prediction> Label(
        this IAsyncEnumerable<ScoredBatch> batches,
        LabelSet labels,
        float minimumConfidence = 0,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(labels);
        var labeler = new PredictionLabeler(labels, minimumConfidence);
        await foreach (ScoredBatch batch in batches.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            Prediction[] predictions;
            using (batch)
            {
                predictions = labeler.Label(batch);
            }

            foreach (Prediction prediction in predictions)
            {
                yield return prediction;
            }
        }
    }

    /// <summary>Writes every prediction.</summary>
    /// <param name="predictions">The predictions.</param>
    /// <param name="sink">Receives them, one after the other. Borrowed: it stays open.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>How many were written.</returns>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public static async Task<long> WriteToAsync(
        this IAsyncEnumerable<Prediction> predictions,
        PredictionWriter sink,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(sink);
        long count = 0;
        await foreach (Prediction prediction in predictions.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            sink.Write(prediction);
            count++;
        }

        return count;
    }
}
