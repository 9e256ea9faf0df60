using Microsoft.Extensions.Logging;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Imaging.Loading;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Telemetry;

namespace Pipeline.Inference.Hosting;

/// <summary>
/// A classifier that an application registered (<see cref="ImageClassifierServices.AddImageClassifier"/>). Thread-safe.
/// It loads its model at the start of the host, or at the first call when there is none, and follows the file: a
/// replaced one is loaded beside, tested, and takes over between two calls; each call is answered by one model as a
/// whole, and the old one is given back after its last answer. A file that cannot be used changes nothing but
/// <see cref="Refusal"/>. Owned by the container.
/// </summary>
public sealed class HostedClassifier : IDisposable
{
    private readonly ImageClassifierOptions options;
    private readonly ILogger logger;
    private readonly Lock loading = new();
    private ModelGeneration? current;
    private ModelWatch? watch;
    private FileStamp? refused;
    private bool isDisposed;

    internal HostedClassifier(string name, ImageClassifierOptions options, ILogger logger)
    {
        Name = name;
        this.options = options;
        this.logger = logger;
    }

    /// <summary>The name it was registered under; empty for the one without a name.</summary>
    public string Name { get; }

    /// <summary>Which load of the file is in use: 0 before the first, then counting.</summary>
    public int Generation => Volatile.Read(ref current)?.Number ?? 0;

    /// <summary>
    /// Why the file that is there now is not the model in use; <c>null</c> when it is, or when nothing was loaded yet.
    /// </summary>
    public string? Refusal { get; private set; }

    /// <summary>
    /// Loads the model now instead of at the first call, and starts to follow the file. Later calls do nothing.
    /// </summary>
    /// <exception cref="ModelContractException">
    /// The file is missing, damaged, no model of ours, or fails its self-test.
    /// </exception>
    /// <exception cref="DeviceException">The device cannot be used here and the policy is to fail.</exception>
    /// <exception cref="ObjectDisposedException">The container is gone.</exception>
    public void Load()
    {
        lock (loading)
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            if (current is not null)
            {
                return;
            }

            Volatile.Write(ref current, Open(FileStamp.Read(options.ModelPath), number: 1));
            watch = options.Reload ? new ModelWatch(this, options, logger) : null;
        }
    }

    /// <summary>
    /// Takes the model out, for any work that <see cref="ImageClassifier"/> can do: <c>using ClassifierLease lease =
    /// classifier.Lease();</c>
    /// </summary>
    /// <returns>The right to use it. Owned by the caller.</returns>
    /// <exception cref="ModelContractException">It was not loaded yet and cannot be.</exception>
    /// <exception cref="DeviceException">It was not loaded yet, and its device cannot be used here.</exception>
    /// <exception cref="ObjectDisposedException">The container is gone.</exception>
    public ClassifierLease Lease()
    {
        while (true)
        {
            ModelGeneration? generation = Volatile.Read(ref current);
            if (generation is null)
            {
                Load();
            }
            else if (generation.TryEnter())
            {
                return new ClassifierLease(generation);
            }
        }
    }

    /// <summary>Classifies one image file with the model in use.</summary>
    /// <param name="path">Path of the image.</param>
    /// <returns>The prediction, or the reason why there is none.</returns>
    public Prediction Classify(string path)
    {
        using ClassifierLease lease = Lease();
        using CallMeasurement call = InferenceTelemetry.StartCall(
            Name,
            WireNames.ToKebab(lease.Classifier.Device.Effective)
        );
        return call.Record(lease.Classifier.Classify(path));
    }

    /// <summary>Classifies the bytes of an image file, such as an upload, with the model in use.</summary>
    /// <param name="encoded">The whole content of a JPEG, PNG or other accepted file. Borrowed for the call.</param>
    /// <param name="name">Name that the prediction and a message carry; may be empty.</param>
    /// <returns>The prediction, or the reason why there is none.</returns>
    public Prediction Classify(ReadOnlySpan<byte> encoded, string name = "")
    {
        using ClassifierLease lease = Lease();
        using CallMeasurement call = InferenceTelemetry.StartCall(
            Name,
            WireNames.ToKebab(lease.Classifier.Device.Effective)
        );
        return call.Record(lease.Classifier.Classify(encoded, name));
    }

    /// <summary>
    /// Classifies one image file with the model in use, without blocking the caller while the disk works.
    /// </summary>
    /// <param name="path">Path of the image.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The prediction, or the reason why there is none.</returns>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public Task<Prediction> ClassifyAsync(string path, CancellationToken cancellationToken = default) =>
        ClassifyAsync(ImageSource.FromFile(path), cancellationToken);

    /// <summary>
    /// Classifies a stream with the bytes of an image file, such as the body of a request, with the model in use.
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
    /// Classifies one image, wherever it is, with the model in use; <see cref="Sessions.ScoringOptions.MicroBatching"/>
    /// joins the calls that come at the same time.
    /// </summary>
    /// <param name="image">The image. Borrowed until the task ends.</param>
    /// <param name="cancellationToken">Stops the reading, and the waiting for a common run.</param>
    /// <returns>The prediction, or the reason why there is none.</returns>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public async Task<Prediction> ClassifyAsync(ImageSource image, CancellationToken cancellationToken = default)
    {
        using ClassifierLease lease = Lease();
        using CallMeasurement call = InferenceTelemetry.StartCall(
            Name,
            WireNames.ToKebab(lease.Classifier.Device.Effective)
        );
        return call.Record(await lease.Classifier.ClassifyAsync(image, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>
    /// Looks at the file now, instead of when the watch does, and takes it into use if it is another one than the last
    /// that was tried.
    /// </summary>
    /// <returns>
    /// Whether another model is in use now. When not, <see cref="Refusal"/> says whether there was a file to refuse.
    /// </returns>
    /// <exception cref="ObjectDisposedException">The container is gone.</exception>
    public bool Reload()
    {
        lock (loading)
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            FileStamp? stamp = FileStamp.Read(options.ModelPath);
            if (current is not { } old || !IsNew(stamp))
            {
                return false;
            }

            try
            {
                ModelGeneration next = Open(stamp, old.Number + 1);
                if (FileStamp.Read(options.ModelPath) != stamp)
                {
                    // somebody is still writing: what was read may be half of each; the next look takes it
                    next.Leave();
                    return false;
                }

                Volatile.Write(ref current, next);
                old.Leave();
                (refused, Refusal) = (null, null);
                InferenceTelemetry.Reloaded(Name, isRefused: false);
                Log.ModelReplaced(logger, options.ModelPath, next.Number, next.Classifier.Labels.Count);
                return true;
            }
            catch (Exception error) when (error is PipelineException or IOException or UnauthorizedAccessException)
            {
                (refused, Refusal) = (stamp ?? default(FileStamp), error.Message);
                InferenceTelemetry.Reloaded(Name, isRefused: true);
                Log.ModelRefused(logger, options.ModelPath, old.Number, error.Message);
                return false;
            }
        }
    }

    /// <summary>Gives the model back when the calls under way have ended, and stops following the file.</summary>
    public void Dispose()
    {
        lock (loading)
        {
            isDisposed = true;
            watch?.Dispose();
            watch = null;
            ModelGeneration? last = current;
            Volatile.Write(ref current, null);
            last?.Leave();
        }
    }

    /// <summary>Whether the file is another one than the one in use and the one that was refused last.</summary>
    internal bool HasNewFile()
    {
        FileStamp? stamp = FileStamp.Read(options.ModelPath);
        lock (loading)
        {
            return !isDisposed && IsNew(stamp);
        }
    }

    private bool IsNew(FileStamp? stamp)
    {
        // a file that came back to what is in use is nothing to load, but neither is it refused any longer
        if (current is { } used && stamp == used.Stamp)
        {
            (refused, Refusal) = (null, null);
            return false;
        }

        return (stamp ?? default(FileStamp)) != refused;
    }

    private ModelGeneration Open(FileStamp? stamp, int number) =>
        new(ImageClassifier.Load(options.ModelPath, options.Scoring, logger), number, stamp);
}
