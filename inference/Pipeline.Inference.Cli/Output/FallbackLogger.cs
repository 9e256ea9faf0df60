using Microsoft.Extensions.Logging;

namespace Pipeline.Inference.Cli.Output;

/// <summary>
/// Shows the warnings of the package on standard error, but for those per image: these are rows of the output.
/// </summary>
internal sealed class FallbackLogger : ILogger
{
    private const int ImageSkipped = 3;

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (IsEnabled(logLevel) && eventId.Id != ImageSkipped)
        {
            Console.Error.WriteLine($"warning: {formatter(state, exception)}");
        }
    }
}
