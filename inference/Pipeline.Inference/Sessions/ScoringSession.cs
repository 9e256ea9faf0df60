using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.OnnxRuntime;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Files;
using Pipeline.Core.Imaging;
using Pipeline.Inference.Telemetry;

namespace Pipeline.Inference.Sessions;

/// <summary>
/// A loaded model that turns batches of pixels into scores. Thread-safe: any number of callers may score on one
/// instance at the same time. Owns the native session; dispose it when the last call has returned. Buffers and bindings
/// are kept from run to run, so scoring in the steady state allocates some 200 managed bytes per batch.
/// </summary>
public sealed class ScoringSession : IDisposable
{
    private readonly InferenceSession session;
    private readonly RunOptions runOptions = new();
    private readonly GraphWiring wiring;
    private readonly RunBufferPool pool;
    private readonly int featureCount; // values per image that are asked for
    private readonly string deviceName; // for telemetry
    private bool isDisposed;

    private ScoringSession(
        InferenceSession session,
        GraphWiring wiring,
        ModelContract contract,
        string modelPath,
        ScoringOptions options,
        DeviceReport device
    )
    {
        this.session = session;
        this.wiring = wiring;
        Contract = contract;
        ModelPath = modelPath;
        Options = options;
        Device = device;
        deviceName = WireNames.ToKebab(device.Effective);
        Inputs = [.. session.InputMetadata.Select(pair => TensorSignature.From(pair.Key, pair.Value))];
        Outputs = [.. session.OutputMetadata.Select(pair => TensorSignature.From(pair.Key, pair.Value))];
        FeatureShape = session.OutputMetadata.TryGetValue(ModelContract.FeaturesName, out NodeMetadata? features)
            ? features.Dimensions[1..]
            : [];
        featureCount = (int)
            wiring.FeatureShape.Aggregate(options.Features ? 1L : 0L, (product, length) => checked(product * length));
        pool = new RunBufferPool(session, wiring, contract.Preprocessing.Size);
    }

    /// <summary>Path that the model was opened from.</summary>
    public string ModelPath { get; }

    /// <summary>What the model promises.</summary>
    public ModelContract Contract { get; }

    /// <summary>The options it was opened with.</summary>
    public ScoringOptions Options { get; }

    /// <summary>The device that was asked for, the one that is used, and why.</summary>
    public DeviceReport Device { get; private set; }

    /// <summary>
    /// Smallest probability of the best class that gives its label: that of the options, else the model's own, else 0.
    /// </summary>
    public float MinimumConfidence => Options.MinimumConfidence ?? Contract.Reject?.MinimumConfidence ?? 0;

    /// <summary>The graph's inputs.</summary>
    public IReadOnlyList<TensorSignature> Inputs { get; }

    /// <summary>The graph's outputs.</summary>
    public IReadOnlyList<TensorSignature> Outputs { get; }

    /// <summary>
    /// Shape of one image's features, <c>[C, H, W]</c> or <c>[F]</c>; empty when the model was exported without them.
    /// </summary>
    public IReadOnlyList<int> FeatureShape { get; }

    /// <summary>
    /// Largest difference between this device's logits and the model's golden ones, found when it was opened;
    /// <c>null</c> when there was no such test.
    /// </summary>
    public double? SelfTestDifference { get; private set; }

    /// <summary>Opens an exported model, checks it against its contract, and runs its self-test.</summary>
    /// <param name="modelPath">Path of the <c>.onnx</c> file.</param>
    /// <param name="options">How to run it; <c>null</c> takes the defaults.</param>
    /// <param name="logger">Receives the choice of device; <c>null</c> for none. Borrowed for the call.</param>
    /// <returns>The session. Owned by the caller.</returns>
    /// <exception cref="ModelContractException">
    /// The file is missing, damaged, of an unknown contract version, contradicts its contract, lacks the features asked
    /// for, or fails its self-test.
    /// </exception>
    /// <exception cref="DeviceException">The device cannot be used here and the policy is to fail.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static ScoringSession Open(string modelPath, ScoringOptions? options = null, ILogger? logger = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelPath);
        modelPath = FolderAlias.Resolve(modelPath);
        options = (options ?? new ScoringOptions()).Validate();
        logger ??= NullLogger.Instance;
        return SessionOpener.Open(
            modelPath,
            options,
            logger,
            (native, device) => Accept(native, device, modelPath, options, logger)
        );
    }

    /// <summary>Scores a batch.</summary>
    /// <param name="images">Any number of images of the model's size, also none. Borrowed for the call.</param>
    /// <returns>One row per image, in their order. Owned by the caller.</returns>
    /// <exception cref="ShapeException">The images are of another size.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public ScoreBatch Score(ImageBatch images)
    {
        ArgumentNullException.ThrowIfNull(images);
        CheckSize(images.Size);
        return Score(images.Pixels, images.Count);
    }

    /// <summary>Scores a batch given as plain memory.</summary>
    /// <param name="pixels"><c>uint8 [count, H, W, 3]</c>, RGB. Borrowed for the call.</param>
    /// <param name="count">Number of images N, also 0.</param>
    /// <returns>One row per image, in their order. Owned by the caller.</returns>
    /// <exception cref="ShapeException">
    /// <paramref name="pixels"/> has another length than N images of the model's size.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public ScoreBatch Score(ReadOnlySpan<byte> pixels, int count)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this); // the native code would read through a null pointer
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ImageSize size = Contract.Preprocessing.Size;
        if (pixels.Length != (long)count * size.RgbBytes)
        {
            throw new ShapeException(
                $"The batch has {pixels.Length} bytes, {count} images of {size} need {(long)count * size.RgbBytes}."
            )
            {
                Subject = ModelPath,
            };
        }

        RunBuffers buffers = pool.Rent(Math.Max(count, 1));
        try
        {
            if (count > 0)
            {
                using BatchMeasurement measurement = InferenceTelemetry.StartBatch(count, deviceName);
                Run(buffers, pixels, count);
                wiring.Complete(buffers, count);
            }

            return new ScoreBatch(pool, buffers, count, Contract.Labels.Count, featureCount);
        }
        catch (OnnxRuntimeException error)
        {
            buffers.Dispose();
            throw new ModelContractException(
                $"Model '{ModelPath}' failed on a batch of {count} images: "
                    + $"{NativeMessage.Clean(error.Message, ModelPath)}. Score fewer at once, or export it again.",
                error
            )
            {
                Subject = ModelPath,
            };
        }
        catch
        {
            buffers.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        isDisposed = true;
        pool.Dispose();
        runOptions.Dispose();
        session.Dispose();
    }

    /// <summary>Refuses images of another size than the model's.</summary>
    /// <param name="size">Size of the images.</param>
    /// <exception cref="ShapeException">It is another one.</exception>
    internal void CheckSize(ImageSize size)
    {
        ImageSize expected = Contract.Preprocessing.Size;
        if (size != expected)
        {
            throw new ShapeException(
                $"The batch holds images of {size}, model '{ModelPath}' takes {expected}. "
                    + "Decode them with the model's own preprocessing."
            )
            {
                Subject = ModelPath,
                Expected = expected.ToString(),
                Found = size.ToString(),
            };
        }
    }

    private static (ModelContract Contract, GraphWiring Wiring) WireOwn(
        InferenceSession native,
        ScoringOptions options,
        string modelPath
    )
    {
        ModelContract contract = ModelContract.FromMetadata(NativeMetadata.Read(native, modelPath), modelPath);
        GraphCheck.Verify(native.InputMetadata, native.OutputMetadata, contract, modelPath);
        if (!options.Features)
        {
            return (contract, GraphWiring.FromContract(contract, []));
        }

        return native.OutputMetadata.TryGetValue(ModelContract.FeaturesName, out NodeMetadata? features)
            ? (
                contract,
                GraphWiring.FromContract(contract, [.. features.Dimensions.Skip(1).Select(length => (long)length)])
            )
            : throw new ModelContractException(
                $"Model '{modelPath}' has no output '{ModelContract.FeaturesName}'. Export it again with --features."
            )
            {
                Subject = modelPath,
                Expected = ModelContract.FeaturesName,
            };
    }

    /// <summary>
    /// Checks a native session against its contract and by its self-test, and takes it over; disposes it when it does
    /// not pass.
    /// </summary>
    private void Run(RunBuffers buffers, ReadOnlySpan<byte> pixels, int count)
    {
        if (Options.Timeout is null)
        {
            buffers.Run(runOptions, pixels, count);
        }
        else
        {
            RunWithinTime(buffers, pixels, count);
        }
    }

    private void RunWithinTime(RunBuffers buffers, ReadOnlySpan<byte> pixels, int count)
    {
        using var stoppable = new RunOptions();
        using var deadline = new Deadline(
            Options.Timeout,
            () => stoppable.Terminate = true,
            SessionOpener.Overdue(Options, ModelPath)
        );
        try
        {
            buffers.Run(stoppable, pixels, count);
        }
        catch (OnnxRuntimeException error) when (deadline.HasPassed)
        {
            throw new ModelContractException(
                $"Model '{ModelPath}' did not score a batch of {count} images within {deadline}. "
                    + "Score fewer at once, or allow it more time if it is one that you trust.",
                error
            )
            {
                Subject = ModelPath,
            };
        }
    }

    private static ScoringSession Accept(
        InferenceSession native,
        DeviceReport device,
        string modelPath,
        ScoringOptions options,
        ILogger logger
    )
    {
        ScoringSession? session = null;
        try
        {
            (ModelContract contract, GraphWiring wiring) = options.PreprocessingFile is null
                ? WireOwn(native, options, modelPath)
                : ForeignGraph.Wire(native, options, modelPath);
            session = new ScoringSession(native, wiring, contract, modelPath, options, device);
            session.RunSelfTest();
            session.ReadPlacement();
            Log.ModelOpened(logger, modelPath, WireNames.ToKebab(device.Effective), options.Threads, device.Reason);
            return session;
        }
        catch
        {
            if (IsProfiled(device, options))
            {
                PlacementProfile.End(native); // removes its file
            }

            session?.Dispose();
            native.Dispose();
            throw;
        }
    }

    private static bool IsProfiled(DeviceReport device, ScoringOptions options) =>
        device.Effective != ScoringDevice.Cpu && options.SelfTest;

    private void RunSelfTest()
    {
        if (!Options.SelfTest)
        {
            return;
        }

        if (Options.PreprocessingFile is not null)
        {
            ForeignGraph.Try(this, wiring);
            BatchCheck.Require(this);
        }

        if (Contract.Golden is { } golden)
        {
            SelfTestDifference = SelfTest.Run(this, golden);
        }
    }

    /// <summary>
    /// Reads where the nodes of the self-test ran; a device that runs none of them is not in use, whatever the runtime
    /// says.
    /// </summary>
    private void ReadPlacement()
    {
        if (IsProfiled(Device, Options))
        {
            Device = Device with { Placement = PlacementProfile.End(session) };
            PlacementProfile.Require(Device);
        }
    }
}
