using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Pipeline.Inference.Tests.Hosting;

/// <summary>Keeps what was logged, and lets a test wait for one event instead of for time.</summary>
internal sealed class LogRecorder : ILogger, ILoggerFactory
{
    private readonly ConcurrentDictionary<int, TaskCompletionSource<string>> events = new();

    internal ConcurrentQueue<(LogLevel Level, string Text)> Entries { get; } = [];

    /// <summary>
    /// Ends when an event of this number is logged, with its text; the limit only keeps a broken build from hanging.
    /// </summary>
    internal Task<string> Event(int number) => Source(number).Task.WaitAsync(TimeSpan.FromMinutes(2));

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        string text = formatter(state, exception);
        Entries.Enqueue((logLevel, text));
        Source(eventId.Id).TrySetResult(text);
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
        // there is nothing to provide: this is the logger
    }

    public void Dispose()
    {
        // nothing is held
    }

    private TaskCompletionSource<string> Source(int number) =>
        events.GetOrAdd(
            number,
            _ => new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously)
        );
}
