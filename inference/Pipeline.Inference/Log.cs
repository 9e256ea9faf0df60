using Microsoft.Extensions.Logging;

namespace Pipeline.Inference;

/// <summary>Every log message of this package, numbered.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Model '{ModelPath}' opened on {Device} with {Threads} threads: {Reason}")]
    internal static partial void ModelOpened(ILogger logger, string modelPath, string device, int threads, string reason);

    [LoggerMessage(2, LogLevel.Warning, "Device '{Requested}' was asked for and the CPU is used: {Reason}")]
    internal static partial void FellBack(ILogger logger, string requested, string reason);

    [LoggerMessage(3, LogLevel.Warning, "'{Path}' left out: {Reason}")]
    internal static partial void ImageSkipped(ILogger logger, string path, string reason);
}
