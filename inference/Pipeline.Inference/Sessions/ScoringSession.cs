using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.OnnxRuntime;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Imaging;
using TensorElementType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace Pipeline.Inference.Sessions;

/// <summary>
/// A loaded model that turns batches of pixels into scores. Thread-safe: any number of callers may score on one instance at the same time. Owns the native session;
/// dispose it when the last call has returned.
/// </summary>
public sealed class ScoringSession : IDisposable
{
    private static readonly string[] InputNames = [ModelContract.InputName];
    private static readonly string[] OutputNames = [ModelContract.LogitsName, ModelContract.ProbabilitiesName];

    private readonly InferenceSession session;
    private readonly RunOptions runOptions = new();

    private ScoringSession(InferenceSession session, ModelContract contract, string modelPath, ScoringOptions options, DeviceReport device)
    {
        this.session = session;
        Contract = contract;
        ModelPath = modelPath;
        Options = options;
        Device = device;
        Inputs = [.. session.InputMetadata.Select(pair => TensorSignature.From(pair.Key, pair.Value))];
        Outputs = [.. session.OutputMetadata.Select(pair => TensorSignature.From(pair.Key, pair.Value))];
    }

    /// <summary>Path that the model was opened from.</summary>
    public string ModelPath { get; }

    /// <summary>What the model promises.</summary>
    public ModelContract Contract { get; }

    /// <summary>The options it was opened with.</summary>
    public ScoringOptions Options { get; }

    /// <summary>The device that was asked for, the one that is used, and why.</summary>
    public DeviceReport Device { get; }

    /// <summary>The graph's inputs.</summary>
    public IReadOnlyList<TensorSignature> Inputs { get; }

    /// <summary>The graph's outputs.</summary>
    public IReadOnlyList<TensorSignature> Outputs { get; }

    /// <summary>Largest difference between this device's logits and the model's golden ones, found when it was opened; <c>null</c> when there was no such test.</summary>
    public double? SelfTestDifference { get; private set; }

    /// <summary>Opens an exported model, checks it against its contract, and runs its self-test.</summary>
    /// <param name="modelPath">Path of the <c>.onnx</c> file.</param>
    /// <param name="options">How to run it; <c>null</c> takes the defaults.</param>
    /// <param name="logger">Receives the choice of device; <c>null</c> for none. Borrowed for the call.</param>
    /// <returns>The session. Owned by the caller.</returns>
    /// <exception cref="ModelContractException">The file is missing, damaged, of an unknown contract version, contradicts its contract, or fails its self-test.</exception>
    /// <exception cref="DeviceException">The device cannot be used here and the policy is to fail.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static ScoringSession Open(string modelPath, ScoringOptions? options = null, ILogger? logger = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelPath);
        options = (options ?? new ScoringOptions()).Validate();
        logger ??= NullLogger.Instance;
        (InferenceSession native, DeviceReport device) = SessionOpener.Open(modelPath, options, logger);
        ScoringSession? session = null;
        try
        {
            ModelContract contract = ModelContract.FromMetadata(native.ModelMetadata.CustomMetadataMap, modelPath);
            GraphCheck.Verify(native.InputMetadata, native.OutputMetadata, contract, modelPath);
            session = new ScoringSession(native, contract, modelPath, options, device);
            session.RunSelfTest();
            Log.ModelOpened(logger, modelPath, WireNames.ToKebab(device.Effective), options.Threads, device.Reason);
            return session;
        }
        catch
        {
            session?.Dispose();
            native.Dispose();
            throw;
        }
    }

    /// <summary>Scores a batch.</summary>
    /// <param name="images">Any number of images of the model's size, also none. Borrowed for the call.</param>
    /// <returns>One row per image, in their order. Owned by the caller.</returns>
    /// <exception cref="ShapeException">The images are of another size.</exception>
    public ScoreBatch Score(ImageBatch images)
    {
        ArgumentNullException.ThrowIfNull(images);
        ImageSize expected = Contract.Preprocessing.Size;
        if (images.Size != expected)
        {
            throw new ShapeException($"The batch holds images of {images.Size}, model '{ModelPath}' takes {expected}. Decode them with the model's own preprocessing.")
            {
                Subject = ModelPath,
                Expected = expected.ToString(),
                Found = images.Size.ToString(),
            };
        }

        return Score(images.Pixels, images.Count);
    }

    /// <summary>Scores a batch given as plain memory.</summary>
    /// <param name="pixels"><c>uint8 [count, H, W, 3]</c>, RGB. Borrowed for the call.</param>
    /// <param name="count">Number of images N, also 0.</param>
    /// <returns>One row per image, in their order. Owned by the caller.</returns>
    /// <exception cref="ShapeException"><paramref name="pixels"/> has another length than N images of the model's size.</exception>
    public unsafe ScoreBatch Score(ReadOnlySpan<byte> pixels, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ImageSize size = Contract.Preprocessing.Size;
        if (pixels.Length != (long)count * size.RgbBytes)
        {
            throw new ShapeException($"The batch has {pixels.Length} bytes, {count} images of {size} need {(long)count * size.RgbBytes}.") { Subject = ModelPath };
        }

        int classes = Contract.Labels.Count;
        var scores = new ScoreBatch(count, classes);
        if (count == 0)
        {
            return scores;
        }

        try
        {
            fixed (byte* input = pixels)
            fixed (float* logits = scores.LogitsBuffer)
            fixed (float* probabilities = scores.ProbabilitiesBuffer)
            {
                long[] rows = [count, classes];
                long floatBytes = (long)count * classes * sizeof(float);
                using OrtValue image = OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, TensorElementType.UInt8, [count, size.Height, size.Width, 3], (nint)input, pixels.Length);
                using OrtValue first = OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, TensorElementType.Float, rows, (nint)logits, floatBytes);
                using OrtValue second = OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, TensorElementType.Float, rows, (nint)probabilities, floatBytes);
                session.Run(runOptions, InputNames, [image], OutputNames, [first, second]);
            }

            return scores;
        }
        catch (OnnxRuntimeException error)
        {
            scores.Dispose();
            throw new ModelContractException($"Model '{ModelPath}' failed on a batch of {count} images: {error.Message}", error) { Subject = ModelPath };
        }
        catch
        {
            scores.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        runOptions.Dispose();
        session.Dispose();
    }

    private void RunSelfTest()
    {
        if (!Options.SelfTest || Contract.Golden is not { } golden)
        {
            return;
        }

        ImageSize size = Contract.Preprocessing.Size;
        byte[] pixels = new byte[checked(golden.Count * size.RgbBytes)];
        GoldenSample.FillPixels(pixels, golden.Count, size);
        using ScoreBatch scores = Score(pixels, golden.Count);
        double difference = Tolerance.MaxDifference(scores.AllLogits, golden.Logits);
        double allowed = Tolerance.Absolute(golden.Logits, Tolerance.Relative);
        if (difference > allowed)
        {
            throw new ModelContractException(FormattableString.Invariant(
                $"Model '{ModelPath}' failed its self-test on {WireNames.ToKebab(Device.Effective)}: its logits differ from the trainer's by {difference:g3}, allowed are {allowed:g3}. The file is damaged or this device computes other numbers; export it again, or try device 'cpu'."))
            {
                Subject = ModelPath,
            };
        }

        SelfTestDifference = difference;
    }
}
