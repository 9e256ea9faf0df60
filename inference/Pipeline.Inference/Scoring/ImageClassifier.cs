using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Imaging;
using Pipeline.Core.Imaging.Loading;
using Pipeline.Inference.Batching;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Scoring;

/// <summary>
/// An image classifier in one object: give it images, get predictions. Thread-safe: any number of callers may use one
/// instance at the same time; it holds the model once. A bad image is a <see cref="Prediction"/> with an
/// <see cref="Prediction.Error"/>, never an exception and never another image's score. Owns its session; dispose it
/// last.
/// </summary>
public sealed partial class ImageClassifier : IDisposable
{
    private readonly ILogger logger;
    private readonly PredictionLabeler labeler;
    private readonly MicroBatcher? batcher;

    private ImageClassifier(ScoringSession session, ILogger logger)
    {
        Session = session;
        this.logger = logger;
        labeler = new PredictionLabeler(Labels, session.MinimumConfidence);
        if (session.Options.MicroBatching is { } batching)
        {
            batcher = new MicroBatcher(
                batching,
                session.Contract.Preprocessing.Size,
                ScoreRows,
                session.Options.ConcurrentRuns
            );
        }
    }

    /// <summary>The loaded model underneath, for those who hold pixels already. Borrowed.</summary>
    public ScoringSession Session { get; }

    /// <summary>What the model promises: labels, preprocessing, provenance.</summary>
    public ModelContract Contract => Session.Contract;

    /// <summary>Class names in output order.</summary>
    public LabelSet Labels => Session.Contract.Labels;

    /// <summary>The device that was asked for, the one that is used, and why.</summary>
    public DeviceReport Device => Session.Device;

    /// <summary>
    /// Loads an exported model: one file is all there is. Load it once and keep it; loading costs far more than
    /// scoring.
    /// </summary>
    /// <param name="modelPath">Path of the <c>.onnx</c> file.</param>
    /// <param name="options">How to run it; <c>null</c> takes the defaults.</param>
    /// <param name="logger">Receives the choice of device and the images left out; <c>null</c> for none. Kept.</param>
    /// <returns>The classifier. Owned by the caller.</returns>
    /// <exception cref="ModelContractException">
    /// The file is missing, damaged, of an unknown contract version, contradicts its contract, or fails its self-test.
    /// </exception>
    /// <exception cref="DeviceException">The device cannot be used here and the policy is to fail.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static ImageClassifier Load(string modelPath, ScoringOptions? options = null, ILogger? logger = null)
    {
        logger ??= NullLogger.Instance;
        return new ImageClassifier(ScoringSession.Open(modelPath, options, logger), logger);
    }

    /// <summary>
    /// Loads an exported model to score many images, with <see cref="ScoringOptions.ForManyImages"/> for the device
    /// that it runs on.
    /// </summary>
    /// <param name="modelPath">Path of the <c>.onnx</c> file.</param>
    /// <param name="logger">Receives the choice of device and the images left out; <c>null</c> for none. Kept.</param>
    /// <returns>The classifier. Owned by the caller.</returns>
    /// <exception cref="ModelContractException">
    /// The file is missing, damaged, of an unknown contract version, contradicts its contract, or fails its self-test.
    /// </exception>
    public static ImageClassifier LoadForManyImages(string modelPath, ILogger? logger = null)
    {
        ImageClassifier classifier = Load(modelPath, ScoringOptions.ForManyImages(), logger);
        ScoringOptions fitting = ScoringOptions.ForManyImages(classifier.Device.Effective);
        if (fitting == classifier.Session.Options)
        {
            return classifier;
        }

        classifier.Dispose();
        return Load(modelPath, fitting, logger);
    }

    /// <summary>Classifies one image file.</summary>
    /// <param name="path">Path of the image.</param>
    /// <returns>The prediction, or the reason why there is none.</returns>
    public Prediction Classify(string path) => Classify(ImageSource.FromFile(path));

    /// <summary>Classifies the bytes of an image file, such as an upload.</summary>
    /// <param name="encoded">The whole content of a JPEG, PNG or other accepted file. Borrowed for the call.</param>
    /// <param name="name">Name that the prediction and a message carry; may be empty.</param>
    /// <returns>The prediction, or the reason why there is none.</returns>
    public Prediction Classify(ReadOnlySpan<byte> encoded, string name = "")
    {
        using ImageBatch room = Room();
        return ScoreOne(room, name, ImageReader.TryDecode(encoded, name, Contract.Preprocessing, room.Image(0)));
    }

    /// <summary>Classifies a stream with the bytes of an image file, from its position to its end.</summary>
    /// <param name="encoded">The stream; at most 256 MiB are read. Borrowed for the call; not disposed.</param>
    /// <param name="name">Name that the prediction and a message carry; may be empty.</param>
    /// <returns>The prediction, or the reason why there is none.</returns>
    public Prediction Classify(Stream encoded, string name = "") => Classify(ImageSource.FromStream(encoded, name));

    /// <summary>
    /// Classifies decoded pixels of any size: they go through the same resizer as those of a file, so they get the same
    /// answer.
    /// </summary>
    /// <param name="rgb">Pixels <c>uint8 [H, W, 3]</c>, RGB, row-major, no gaps. Borrowed for the call.</param>
    /// <param name="size">Their size, at least 1 x 1.</param>
    /// <param name="name">Name that the prediction carries; may be empty.</param>
    /// <returns>The prediction, or the reason why there is none.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="rgb"/> has another length than an image of that size.
    /// </exception>
    /// <remarks>
    /// A large JPEG file is decoded at a fraction of its size before it is resized, so its full-size pixels can give a
    /// slightly different answer than the file itself.
    /// </remarks>
    public Prediction Classify(ReadOnlySpan<byte> rgb, ImageSize size, string name = "")
    {
        ImageReader.CheckPixels(rgb.Length, size);
        using ImageBatch room = Room();
        return ScoreOne(room, name, ImageReader.TryResize(rgb, size, Contract.Preprocessing, room.Image(0)));
    }

    /// <summary>Classifies one image, wherever it is.</summary>
    /// <param name="image">The image. Borrowed for the call.</param>
    /// <returns>The prediction, or the reason why there is none.</returns>
    public Prediction Classify(ImageSource image)
    {
        ArgumentNullException.ThrowIfNull(image);
        using ImageBatch room = Room();
        return ScoreOne(room, image.Name, image.TryDecode(Contract.Preprocessing, room.Image(0)));
    }

    /// <summary>
    /// Classifies several images, <see cref="ScoringOptions.BatchSize"/> per run of the network; blocks until all are
    /// done.
    /// </summary>
    /// <param name="images">Files, bytes, streams and pixels, mixed at will. Borrowed for the call.</param>
    /// <returns>One prediction per image, in their order.</returns>
    public IReadOnlyList<Prediction> Classify(IEnumerable<ImageSource> images) =>
        [.. ClassifyAsync(images).ToBlockingEnumerable()];

    /// <summary>Classifies images that are pixels of the model's size already, in one run of the network.</summary>
    /// <param name="images">
    /// Any number of images of the size in <see cref="Preprocessing"/>. Borrowed for the call.
    /// </param>
    /// <returns>One prediction per image, in their order; their paths are empty.</returns>
    /// <exception cref="ShapeException">The images are of another size.</exception>
    public IReadOnlyList<Prediction> Classify(ImageBatch images)
    {
        ArgumentNullException.ThrowIfNull(images);
        Session.CheckSize(images.Size);
        return ScoreRows(images.Pixels, [.. Enumerable.Repeat(string.Empty, images.Count)]);
    }

    /// <summary>
    /// Lets go of the model. Calls that wait in the micro-batcher are answered first, later ones throw; no other call
    /// may be going on.
    /// </summary>
    public void Dispose()
    {
        batcher?.Dispose();
        Session.Dispose();
    }

    /// <summary>Memory for one image of the model's size. Owned by the caller.</summary>
    private ImageBatch Room() => ImageBatch.Rent(1, Contract.Preprocessing.Size);

    private Prediction ScoreOne(ImageBatch image, string name, string? error)
    {
        if (error is not null)
        {
            return Logged(PredictionLabeler.Failed(name, error));
        }

        return Logged(batcher is null ? ScoreRows(image.Pixels, [name])[0] : batcher.Submit(image, name));
    }

    private async Task<Prediction> ScoreOneAsync(
        ImageBatch image,
        string name,
        string? error,
        CancellationToken cancellationToken
    ) =>
        error is null && batcher is not null
            ? Logged(await batcher.SubmitAsync(image, name, cancellationToken).ConfigureAwait(false))
            : ScoreOne(image, name, error);

    private Prediction[] ScoreRows(ReadOnlySpan<byte> pixels, IReadOnlyList<string> names)
    {
        using ScoreBatch scores = AugmentedScoring.Score(Session, pixels, names.Count);
        var predictions = new Prediction[names.Count];
        for (int row = 0; row < predictions.Length; row++)
        {
            predictions[row] = labeler.Label(names[row], scores, row);
        }

        return predictions;
    }

    private Prediction Logged(Prediction prediction)
    {
        if (prediction.Error is { } error)
        {
            Log.ImageSkipped(logger, prediction.Path, error);
        }

        return prediction;
    }
}
