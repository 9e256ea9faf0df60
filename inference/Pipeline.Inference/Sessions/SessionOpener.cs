using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;

namespace Pipeline.Inference.Sessions;

/// <summary>Makes the native session on the device that was asked for, or does what the policy says.</summary>
internal static class SessionOpener
{
    private const string CudaProvider = "CUDAExecutionProvider";

    /// <summary>Opens a model file.</summary>
    /// <param name="modelPath">Path of the <c>.onnx</c> file.</param>
    /// <param name="options">Validated options.</param>
    /// <param name="logger">Receives the fallback.</param>
    /// <returns>The session, owned by the caller, and where it runs.</returns>
    /// <exception cref="ModelContractException">The file is missing, damaged or no model.</exception>
    /// <exception cref="DeviceException">The device cannot be used and the policy is to fail.</exception>
    internal static (InferenceSession Session, DeviceReport Device) Open(string modelPath, ScoringOptions options, ILogger logger)
    {
        if (!File.Exists(modelPath))
        {
            throw new ModelContractException($"Model '{modelPath}' {(Directory.Exists(modelPath) ? "is a folder" : "does not exist")}. Give the path of an exported .onnx file.") { Subject = modelPath };
        }

        QuietEnvironment();
        if (options.Device == ScoringDevice.Cpu)
        {
            return (OpenOnCpu(modelPath, options), new DeviceReport(options.Device, ScoringDevice.Cpu, "as asked"));
        }

        string[] providers = OrtEnv.Instance().GetAvailableProviders();
        if (!providers.Contains(CudaProvider))
        {
            return FallBack(modelPath, options, logger, $"this build of ONNX Runtime has no CUDA provider, only {string.Join(", ", providers)}", error: null);
        }

        try
        {
            return (OpenOnCuda(modelPath, options), new DeviceReport(options.Device, ScoringDevice.Cuda, options.Device == ScoringDevice.Cuda ? "as asked" : "CUDA is there"));
        }
        catch (Exception error) when (error is OnnxRuntimeException or EntryPointNotFoundException or DllNotFoundException)
        {
            return FallBack(modelPath, options, logger, $"CUDA cannot be used here: {OneLine(error.Message)}", error);
        }
    }

    private static (InferenceSession Session, DeviceReport Device) FallBack(string modelPath, ScoringOptions options, ILogger logger, string reason, Exception? error)
    {
        if (options.Device == ScoringDevice.Cuda && options.DevicePolicy == DevicePolicy.Fail)
        {
            throw new DeviceException(
                $"Model '{modelPath}' cannot run on device 'cuda': {reason}. Install the CUDA build of ONNX Runtime and its libraries, ask for device 'cpu', or set the device policy to 'warn'.",
                error)
            {
                Subject = modelPath,
                Expected = "cuda",
                Found = reason,
            };
        }

        InferenceSession session = OpenOnCpu(modelPath, options);
        if (options.Device == ScoringDevice.Cuda && options.DevicePolicy == DevicePolicy.Warn)
        {
            Log.FellBack(logger, WireNames.ToKebab(options.Device), reason);
        }

        return (session, new DeviceReport(options.Device, ScoringDevice.Cpu, reason));
    }

    private static InferenceSession OpenOnCuda(string modelPath, ScoringOptions options)
    {
        using SessionOptions native = NativeOptions(options);
        native.AppendExecutionProvider_CUDA(0);
        return new InferenceSession(modelPath, native);
    }

    private static InferenceSession OpenOnCpu(string modelPath, ScoringOptions options)
    {
        try
        {
            using SessionOptions native = NativeOptions(options);
            return new InferenceSession(modelPath, native);
        }
        catch (OnnxRuntimeException error)
        {
            throw new ModelContractException($"Model '{modelPath}' cannot be loaded: {OneLine(error.Message)} The file is damaged or no ONNX model; export it again.", error) { Subject = modelPath };
        }
    }

    private static SessionOptions NativeOptions(ScoringOptions options)
    {
        var native = new SessionOptions
        {
            IntraOpNumThreads = options.Threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, // errors come back as exceptions; the library must not write to the console
        };
        native.AddSessionConfigEntry("session.intra_op.allow_spinning", options.AllowSpinning ? "1" : "0");
        return native;
    }

    /// <summary>The first user of ONNX Runtime in a process decides what its environment prints; a host that made its own keeps it.</summary>
    private static void QuietEnvironment()
    {
        if (OrtEnv.IsCreated)
        {
            return;
        }

        var environment = new EnvironmentCreationOptions { logId = "pipeline", logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        try
        {
            OrtEnv.CreateInstanceWithOptions(ref environment);
        }
        catch (OnnxRuntimeException) when (OrtEnv.IsCreated)
        {
            // Another thread was first: its environment is as good.
        }
    }

    private static string OneLine(string text) => string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
