using Microsoft.ML.OnnxRuntime;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Inference.Sessions;
using TensorElementType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace Pipeline.Inference.Calibration;

/// <summary>
/// Runs a model whose activations are outputs besides its own, and hands them over batch by batch: what a quantizer
/// needs to know about real images. Owns the native session. Not thread-safe.
/// </summary>
public sealed class ActivationReader : IDisposable
{
    private readonly InferenceSession session;
    private readonly RunOptions runOptions = new();
    private readonly string[] tensors;
    private readonly string modelPath;

    private ActivationReader(InferenceSession session, ModelContract contract, string[] tensors, string modelPath)
    {
        this.session = session;
        this.tensors = tensors;
        this.modelPath = modelPath;
        Contract = contract;
    }

    /// <summary>What the model promises.</summary>
    public ModelContract Contract { get; }

    /// <summary>Opens a model on the CPU and checks it against its contract.</summary>
    /// <param name="modelPath">Path of the <c>.onnx</c> file.</param>
    /// <param name="tensors">Names of float32 outputs to read; at least one.</param>
    /// <param name="threads">Threads of the network.</param>
    /// <returns>The reader. Owned by the caller.</returns>
    /// <exception cref="ModelContractException">
    /// The file is missing, damaged, contradicts its contract, or lacks one of the outputs.
    /// </exception>
    public static ActivationReader Open(string modelPath, IReadOnlyList<string> tensors, int threads)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelPath);
        ArgumentNullException.ThrowIfNull(tensors);
        ScoringOptions options = new ScoringOptions { Device = ScoringDevice.Cpu, Threads = threads }.Validate();
        InferenceSession native = SessionOpener.OpenOnCpu(modelPath, options);
        try
        {
            ModelContract contract = ModelContract.FromMetadata(NativeMetadata.Read(native, modelPath), modelPath);
            GraphCheck.Verify(native.InputMetadata, native.OutputMetadata, contract, modelPath);
            string? missing = tensors.FirstOrDefault(name =>
                !native.OutputMetadata.TryGetValue(name, out NodeMetadata? node)
                || node.ElementDataType != TensorElementType.Float
            );
            return missing is null
                ? new ActivationReader(native, contract, [.. tensors], modelPath)
                : throw new ModelContractException(
                    $"Model '{modelPath}' has no float32 output '{missing}'. Write it with its activations as outputs."
                )
                {
                    Subject = modelPath,
                    Expected = missing,
                };
        }
        catch
        {
            native.Dispose();
            throw;
        }
    }

    /// <summary>Runs a batch.</summary>
    /// <param name="pixels"><c>uint8 [count, H, W, 3]</c>, RGB. Borrowed for the call.</param>
    /// <param name="count">Number of images N, at least 1.</param>
    /// <param name="handler">Called once for every activation.</param>
    /// <exception cref="ShapeException">
    /// <paramref name="pixels"/> has another length than N images of the model's size.
    /// </exception>
    /// <exception cref="ModelContractException">The runtime failed.</exception>
    public unsafe void Run(ReadOnlySpan<byte> pixels, int count, ActivationHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ImageSize size = Contract.Preprocessing.Size;
        if (pixels.Length != (long)count * size.RgbBytes)
        {
            throw new ShapeException(
                $"The batch has {pixels.Length} bytes, {count} images of {size} need {(long)count * size.RgbBytes}."
            )
            {
                Subject = modelPath,
            };
        }

        fixed (byte* input = pixels)
        {
            using OrtValue image = OrtValue.CreateTensorValueWithData(
                OrtMemoryInfo.DefaultInstance,
                TensorElementType.UInt8,
                [count, size.Height, size.Width, 3],
                (nint)input,
                pixels.Length
            );
            using IDisposableReadOnlyCollection<OrtValue> values = Execute(image);
            for (int index = 0; index < tensors.Length; index++)
            {
                handler(
                    tensors[index],
                    values[index].GetTensorTypeAndShape().Shape,
                    values[index].GetTensorDataAsSpan<float>()
                );
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        runOptions.Dispose();
        session.Dispose();
    }

    private IDisposableReadOnlyCollection<OrtValue> Execute(OrtValue image)
    {
        try
        {
            return session.Run(runOptions, [ModelContract.InputName], [image], tensors);
        }
        catch (OnnxRuntimeException error)
        {
            throw new ModelContractException(
                $"Model '{modelPath}' failed on a calibration batch: {error.Message.ReplaceLineEndings(" ")} Give "
                    + "fewer images per batch, or export it again.",
                error
            )
            {
                Subject = modelPath,
            };
        }
    }
}
