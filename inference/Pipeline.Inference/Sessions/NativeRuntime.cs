using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Pipeline.Core.Errors;

namespace Pipeline.Inference.Sessions;

/// <summary>
/// Starts ONNX Runtime once per process: which native library, and what becomes of its messages. A host that started it
/// before keeps what it chose.
/// </summary>
internal static class NativeRuntime
{
    /// <summary>
    /// Environment variable that names the folder of another ONNX Runtime, such as one with CUDA:
    /// <c>libonnxruntime.so</c> and, beside it, its providers.
    /// </summary>
    internal const string PathVariable = "PIPELINE_ONNXRUNTIME";

    private const string LibraryName = "onnxruntime";

    private static readonly Lazy<bool> Started = new(Start);

    // ONNX Runtime writes the name of a missing library into its log only, on the thread of the call; a native callback
    // has no other place to put it
    [ThreadStatic]
    private static string? lastMessage;

    /// <summary>
    /// Starts it when that has not happened yet. Thread-safe; a failure is thrown again by every later call.
    /// </summary>
    /// <exception cref="DeviceException">The library that <see cref="PathVariable"/> names cannot be used.</exception>
    internal static void EnsureStarted() => _ = Started.Value;

    /// <summary>Takes the last error that ONNX Runtime logged on this thread.</summary>
    /// <returns><c>null</c> when there is none, or when the host's own environment receives the messages.</returns>
    internal static string? TakeMessage()
    {
        string? message = lastMessage;
        lastMessage = null;
        return message;
    }

    private static bool Start()
    {
        if (OrtEnv.IsCreated)
        {
            return true;
        }

        string? given = Environment.GetEnvironmentVariable(PathVariable);
        if (!string.IsNullOrEmpty(given))
        {
            UseLibrary(given);
        }

        // a log function instead of the console: errors come back as exceptions, and a library must not write there
        var environment = new EnvironmentCreationOptions
        {
            logId = "pipeline",
            logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            loggingFunction = Receive,
        };
        try
        {
            OrtEnv.CreateInstanceWithOptions(ref environment);
        }
        catch (OnnxRuntimeException) when (OrtEnv.IsCreated)
        {
            // Another thread was first: its environment is as good.
        }

        return true;
    }

    private static void UseLibrary(string folder)
    {
        string name =
            OperatingSystem.IsWindows() ? "onnxruntime.dll"
            : OperatingSystem.IsMacOS() ? "libonnxruntime.dylib"
            : "libonnxruntime.so";
        string file = Path.GetFullPath(Path.Combine(folder, name));
        if (!File.Exists(file))
        {
            throw Unusable(folder, $"which holds no file '{name}'", error: null);
        }

        try
        {
            nint library = NativeLibrary.Load(file);
            OrtEnv.DisableDllImportResolver = true; // its own looks beside the application first
            NativeLibrary.SetDllImportResolver(
                typeof(OrtEnv).Assembly,
                (wanted, _, _) => Path.GetFileNameWithoutExtension(wanted) == LibraryName ? library : 0
            );
        }
        catch (Exception error)
            when (error is DllNotFoundException or BadImageFormatException or InvalidOperationException)
        {
            throw Unusable(
                folder,
                $"whose '{name}' cannot be loaded: {error.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ')}",
                error
            );
        }
    }

    private static DeviceException Unusable(string folder, string fault, Exception? error) =>
        new(
            $"{PathVariable} is '{folder}', {fault}. Name the folder of an ONNX Runtime's libraries, or clear it.",
            error
        )
        {
            Subject = folder,
        };

    private static void Receive(
        IntPtr parameter,
        OrtLoggingLevel severity,
        string category,
        string logId,
        string location,
        string message
    ) => lastMessage = message;
}
