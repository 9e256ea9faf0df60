using System.Runtime.CompilerServices;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Imaging;
using Pipeline.Core.Imaging.Loading;
using Pipeline.Inference.Evaluation;

namespace Pipeline.Inference.Scoring;

/// <content>What waits for disks, streams and other images without holding a thread.</content>
public sealed partial class ImageClassifier
{
    /// <summary>
    /// Classifies one image file without blocking the caller while the disk works; decoding and scoring run on the
    /// thread that continues.
    /// </summary>
    /// <param name="path">Path of the image.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The prediction, or the reason why there is none.</returns>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public Task<Prediction> ClassifyAsync(string path, CancellationToken cancellationToken = default) =>
        ClassifyAsync(ImageSource.FromFile(path), cancellationToken);

    /// <summary>
    /// Classifies a stream with the bytes of an image file, such as the body of a request, without blocking the caller
    /// while it arrives.
    /// </summary>
    /// <param name="encoded">
    /// The stream, read from its position to its end; at most 256 MiB are read. Borrowed until the task ends; not
    /// disposed.
    /// </param>
    /// <param name="name">Name that the prediction and a message carry; may be empty.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The prediction, or the reason why there is none.</returns>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public Task<Prediction> ClassifyAsync(
        Stream encoded,
        string name = "",
        CancellationToken cancellationToken = default
    ) => ClassifyAsync(ImageSource.FromStream(encoded, name), cancellationToken);

    /// <summary>
    /// Classifies one image, wherever it is, without blocking the caller while it is read. Decoding runs on the thread
    /// that continues, and so does the network, unless <see cref="Sessions.ScoringOptions.MicroBatching"/> joins the
    /// calls: then the task waits for a common run without a thread.
    /// </summary>
    /// <param name="image">The image. Borrowed until the task ends.</param>
    /// <param name="cancellationToken">Stops the reading, and the waiting for a common run.</param>
    /// <returns>The prediction, or the reason why there is none.</returns>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public async Task<Prediction> ClassifyAsync(ImageSource image, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        cancellationToken.ThrowIfCancellationRequested();
        using ImageBatch room = Room();
        string? error = await image
            .TryDecodeAsync(Contract.Preprocessing, room.PixelMemory, cancellationToken)
            .ConfigureAwait(false);
        return await ScoreOneAsync(room, image.Name, error, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Classifies any number of images, decoding ahead of the network in bounded memory.</summary>
    /// <param name="images">
    /// Files, bytes, streams and pixels, mixed at will; enumerated on another thread, only as far ahead as batches are
    /// decoded.
    /// </param>
    /// <param name="order">In which order the predictions come.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>One prediction per image.</returns>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public IAsyncEnumerable<Prediction> ClassifyAsync(
        IEnumerable<ImageSource> images,
        LoadOrder order = LoadOrder.AsGiven,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(images);
        return ClassifyAsync(images.ToAsyncEnumerable(), order, cancellationToken);
    }

    /// <summary>
    /// Classifies images that arrive one after the other, such as from a queue. A batch waits until it is full or the
    /// images end.
    /// </summary>
    /// <param name="images">
    /// Files, bytes, streams and pixels, mixed at will; enumerated on another thread, only as far ahead as batches are
    /// decoded.
    /// </param>
    /// <param name="order">In which order the predictions come.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>One prediction per image.</returns>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public async IAsyncEnumerable<Prediction> ClassifyAsync(
        IAsyncEnumerable<ImageSource> images,
        LoadOrder order = LoadOrder.AsGiven,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(images);
        IAsyncEnumerable<Prediction> predictions = images
            .DecodeAndScore(Session, order, cancellationToken)
            .Label(Labels, Session.MinimumConfidence, cancellationToken);
        await foreach (Prediction prediction in predictions.ConfigureAwait(false))
        {
            yield return Logged(prediction);
        }
    }

    /// <summary>
    /// Classifies every file below a folder, in ordinal order of the paths, decoding ahead of the network in bounded
    /// memory.
    /// </summary>
    /// <param name="folder">
    /// An existing folder. Every file in it gets a prediction; one that is no image gets one with an error.
    /// </param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>One prediction per file.</returns>
    /// <exception cref="DatasetException">The folder does not exist, is a file, or cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public IAsyncEnumerable<Prediction> ClassifyFolderAsync(
        string folder,
        CancellationToken cancellationToken = default
    ) => ClassifyFolderAsync(folder, LoadOrder.AsGiven, cancellationToken);

    /// <summary>Classifies every file below a folder, in an order of choice.</summary>
    /// <param name="folder">
    /// An existing folder. Every file in it gets a prediction; one that is no image gets one with an error.
    /// </param>
    /// <param name="order">In which order the predictions come.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>One prediction per file.</returns>
    /// <exception cref="DatasetException">The folder does not exist, is a file, or cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public IAsyncEnumerable<Prediction> ClassifyFolderAsync(
        string folder,
        LoadOrder order,
        CancellationToken cancellationToken = default
    ) => ClassifyAsync(ImagePipeline.LoadFolder(folder), order, cancellationToken);

    /// <summary>Classifies files in the order given, decoding ahead of the network in bounded memory.</summary>
    /// <param name="paths">The files; enumerated on another thread, only as far ahead as batches are decoded.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>One prediction per path, in their order.</returns>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public IAsyncEnumerable<Prediction> ClassifyFilesAsync(
        IEnumerable<string> paths,
        CancellationToken cancellationToken = default
    ) => ClassifyFilesAsync(paths, LoadOrder.AsGiven, cancellationToken);

    /// <summary>Classifies files, in an order of choice.</summary>
    /// <param name="paths">The files; enumerated on another thread, only as far ahead as batches are decoded.</param>
    /// <param name="order">In which order the predictions come.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>One prediction per path.</returns>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public IAsyncEnumerable<Prediction> ClassifyFilesAsync(
        IEnumerable<string> paths,
        LoadOrder order,
        CancellationToken cancellationToken = default
    ) => ClassifyAsync(ImagePipeline.LoadFiles(paths), order, cancellationToken);

    /// <summary>Scores a folder of labelled images and compares with the truth.</summary>
    /// <param name="folder">A folder with one sub-folder per class.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>The metrics over the labelled images that could be read, and the list of the others.</returns>
    /// <exception cref="DatasetException">
    /// The folder cannot be read, holds no labelled image, or a sub-folder is no class of the model.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public Task<EvaluationReport> EvaluateAsync(string folder, CancellationToken cancellationToken = default) =>
        EvaluateAsync(FolderEvaluation.Scan(folder, Labels), cancellationToken);

    /// <summary>Scores labelled images, wherever they lie, and compares with the truth.</summary>
    /// <param name="evaluation">
    /// The files and their classes, without predictions yet. It collects the predictions.
    /// </param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>The metrics over the labelled images that could be read, and the list of the others.</returns>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public async Task<EvaluationReport> EvaluateAsync(
        FolderEvaluation evaluation,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        await foreach (
            Prediction prediction in ClassifyFilesAsync(evaluation.Paths, cancellationToken).ConfigureAwait(false)
        )
        {
            evaluation.Add(prediction);
        }

        return evaluation.ToReport();
    }
}
