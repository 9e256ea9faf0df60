using Microsoft.Extensions.Logging;

namespace Pipeline.Inference.MLNet.Tests;

/// <summary>Counts the images that were found to be bad: each is one that was computed.</summary>
internal sealed class CountingLogger : ILogger
{
    private int count;

    internal int SkippedImages => count;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (eventId.Name == "ImageSkipped")
        {
            Interlocked.Increment(ref count);
        }
    }
}
