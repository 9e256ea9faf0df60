using Microsoft.Extensions.Logging;

namespace Pipeline.Inference;

/// <summary>Every log message of this package, numbered.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Model '{ModelPath}' opened on {Device} with {Threads} threads: {Reason}")]
    internal static partial void ModelOpened(
        ILogger logger,
        string modelPath,
        string device,
        int threads,
        string reason
    );

    [LoggerMessage(2, LogLevel.Warning, "Device '{Requested}' was asked for and the CPU is used: {Reason}")]
    internal static partial void FellBack(ILogger logger, string requested, string reason);

    [LoggerMessage(3, LogLevel.Warning, "'{Path}' left out: {Reason}")]
    internal static partial void ImageSkipped(ILogger logger, string path, string reason);

    [LoggerMessage(
        20,
        LogLevel.Information,
        "Model '{ModelPath}' was replaced: load {Generation}, {Classes} classes, answers from now on"
    )]
    internal static partial void ModelReplaced(ILogger logger, string modelPath, int generation, int classes);

    [LoggerMessage(
        21,
        LogLevel.Error,
        "Model '{ModelPath}' was replaced by a file that cannot be used; load {Generation} answers as before. {Reason}"
    )]
    internal static partial void ModelRefused(ILogger logger, string modelPath, int generation, string reason);

    [LoggerMessage(
        22,
        LogLevel.Warning,
        "The folder of model '{ModelPath}' cannot be watched, it is looked at every {Seconds} seconds instead: {Reason}"
    )]
    internal static partial void WatchPolls(ILogger logger, string modelPath, double seconds, string reason);

    [LoggerMessage(23, LogLevel.Error, "The look at model '{ModelPath}' failed; the model in use stays")]
    internal static partial void WatchFailed(ILogger logger, string modelPath, Exception error);
}
