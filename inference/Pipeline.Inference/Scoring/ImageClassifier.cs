using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Imaging;
using Pipeline.Inference.Batching;
using Pipeline.Inference.Evaluation;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Scoring;

/// <summary>
/// An image classifier in one object: give it files, get predictions. Thread-safe: any number of callers may use one instance at the same time; it holds the model once.
/// A bad image is a <see cref="Prediction"/> with an <see cref="Prediction.Error"/>, never an exception and never another image's score. Owns its session; dispose it last.
/// </summary>
public sealed class ImageClassifier : IDisposable
{
    private readonly ILogger logger;

    private ImageClassifier(ScoringSession session, ILogger logger)
    {
        Session = session;
        this.logger = logger;
    }

    /// <summary>The loaded model underneath, for those who hold pixels already. Borrowed.</summary>
    public ScoringSession Session { get; }

    /// <summary>What the model promises: labels, preprocessing, provenance.</summary>
    public ModelContract Contract => Session.Contract;

    /// <summary>Class names in output order.</summary>
    public LabelSet Labels => Session.Contract.Labels;

    /// <summary>The device that was asked for, the one that is used, and why.</summary>
    public DeviceReport Device => Session.Device;

    /// <summary>Loads an exported model: one file is all there is. Load it once and keep it; loading costs far more than scoring.</summary>
    /// <param name="modelPath">Path of the <c>.onnx</c> file.</param>
    /// <param name="options">How to run it; <c>null</c> takes the defaults.</param>
    /// <param name="logger">Receives the choice of device and the images left out; <c>null</c> for none. Kept.</param>
    /// <returns>The classifier. Owned by the caller.</returns>
    /// <exception cref="ModelContractException">The file is missing, damaged, of an unknown contract version, contradicts its contract, or fails its self-test.</exception>
    /// <exception cref="DeviceException">The device cannot be used here and the policy is to fail.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static ImageClassifier Load(string modelPath, ScoringOptions? options = null, ILogger? logger = null)
    {
        logger ??= NullLogger.Instance;
        return new ImageClassifier(ScoringSession.Open(modelPath, options, logger), logger);
    }

    /// <summary>Classifies one image file.</summary>
    /// <param name="path">Path of the image.</param>
    /// <returns>The prediction, or the reason why there is none.</returns>
    public Prediction Classify(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using ImageBatch image = ImageBatch.Rent(1, Contract.Preprocessing.Size);
        return ScoreOne(image, path, ImageReader.TryDecode(path, Contract.Preprocessing, image.Image(0)));
    }

    /// <summary>Classifies the bytes of an image file, such as an upload.</summary>
    /// <param name="encoded">The whole content of a JPEG, PNG or other accepted file. Borrowed for the call.</param>
    /// <param name="name">Name that the prediction and a message carry; may be empty.</param>
    /// <returns>The prediction, or the reason why there is none.</returns>
    public Prediction Classify(ReadOnlySpan<byte> encoded, string name = "")
    {
        using ImageBatch image = ImageBatch.Rent(1, Contract.Preprocessing.Size);
        return ScoreOne(image, name, ImageReader.TryDecode(encoded, name, Contract.Preprocessing, image.Image(0)));
    }

    /// <summary>Classifies one image file without blocking the caller while the disk works; decoding and scoring run on the thread that continues.</summary>
    /// <param name="path">Path of the image.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The prediction, or the reason why there is none.</returns>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public async Task<Prediction> ClassifyAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] encoded;
        try
        {
            if (ImageReader.IsEmpty(path))
            {
                return Failed(path, ImageReader.EmptyFile);
            }

            encoded = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Failed(path, error.Message.ReplaceLineEndings(" "));
        }

        return Classify(encoded, path);
    }

    /// <summary>Classifies every file below a folder, in ordinal order of the paths, decoding ahead of the network in bounded memory.</summary>
    /// <param name="folder">An existing folder. Every file in it gets a prediction; one that is no image gets one with an error.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>One prediction per file.</returns>
    /// <exception cref="DatasetException">The folder does not exist or cannot be read; thrown by this call, not by the enumeration.</exception>
    public IAsyncEnumerable<Prediction> ClassifyFolderAsync(string folder, CancellationToken cancellationToken = default) =>
        ClassifyFilesAsync(FolderListing.Files(folder), cancellationToken);

    /// <summary>Classifies files in the order given, decoding ahead of the network in bounded memory.</summary>
    /// <param name="paths">The files; enumerated on another thread, only as far ahead as batches are decoded.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>One prediction per path, in their order.</returns>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public async IAsyncEnumerable<Prediction> ClassifyFilesAsync(IEnumerable<string> paths, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ScoringOptions options = Session.Options;
        var loader = new BatchLoader(Contract.Preprocessing, options.BatchSize, options.DecodeWorkers, options.BatchesAhead);
        await foreach (DecodedBatch batch in loader.LoadAsync(paths, cancellationToken).ConfigureAwait(false))
        {
            Prediction[] predictions;
            using (batch)
            {
                predictions = ScoreAll(batch);
            }

            foreach (Prediction prediction in predictions)
            {
                yield return prediction;
            }
        }
    }

    /// <summary>Scores a folder with one sub-folder per class and compares with the truth.</summary>
    /// <param name="folder">Sub-folder names are class names of the model. Files beside them have no label and are counted as skipped.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>The metrics over the labelled images that could be read, and the list of the others.</returns>
    /// <exception cref="DatasetException">The folder does not exist, has no labelled file, or a sub-folder is no class of the model.</exception>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public async Task<EvaluationReport> EvaluateAsync(string folder, CancellationToken cancellationToken = default)
    {
        FolderEvaluation evaluation = FolderEvaluation.Scan(folder, Labels);
        await foreach (Prediction prediction in ClassifyFilesAsync(evaluation.Paths, cancellationToken).ConfigureAwait(false))
        {
            evaluation.Add(prediction);
        }

        return evaluation.ToReport();
    }

    /// <inheritdoc/>
    public void Dispose() => Session.Dispose();

    private Prediction ScoreOne(ImageBatch image, string path, string? error)
    {
        if (error is not null)
        {
            return Failed(path, error);
        }

        using ScoreBatch scores = Session.Score(image);
        return FromScores(path, scores.Probabilities(0));
    }

    private Prediction[] ScoreAll(DecodedBatch batch)
    {
        using ScoreBatch scores = Session.Score(batch.Pixels, batch.ImageCount);
        var predictions = new Prediction[batch.Paths.Length];
        int row = 0;
        for (int index = 0; index < predictions.Length; index++)
        {
            predictions[index] = batch.Errors[index] is { } error ? Failed(batch.Paths[index], error) : FromScores(batch.Paths[index], scores.Probabilities(row++));
        }

        return predictions;
    }

    private Prediction FromScores(string path, ReadOnlySpan<float> probabilities)
    {
        foreach (float probability in probabilities)
        {
            if (!float.IsFinite(probability))
            {
                return Failed(path, "the model's scores for this image are not finite");
            }
        }

        int top = Core.Metrics.ClassificationAccumulator.TopClass(probabilities);
        return new Prediction { Path = path, Label = Labels[top], ClassIndex = top, Probability = probabilities[top], Probabilities = probabilities.ToArray() };
    }

    private Prediction Failed(string path, string error)
    {
        Log.ImageSkipped(logger, path, error);
        return new Prediction { Path = path, Error = error };
    }
}
