using System.Globalization;

namespace Pipeline.Inference.Sessions;

/// <summary>Stops native work that takes too long. Owned by the caller of that work.</summary>
internal sealed class Deadline : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly TimeSpan? time;
    private readonly Timer? timer;
    private readonly Action? overdue;

    /// <summary>Starts the clock.</summary>
    /// <param name="time">The time; <c>null</c> is no limit.</param>
    /// <param name="stop">Called once, on another thread, when it has passed.</param>
    /// <param name="overdue">
    /// Called once, when the work goes on for some more time all the same; <c>null</c> is nobody.
    /// </param>
    internal Deadline(TimeSpan? time, Action stop, Action? overdue)
    {
        this.time = time;
        this.overdue = overdue;
        timer = time is { } limit
            ? new Timer(_ => Pass(stop), null, limit, System.Threading.Timeout.InfiniteTimeSpan)
            : null;
    }

    /// <summary>Whether the time is up.</summary>
    internal bool HasPassed { get; private set; }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{time?.TotalSeconds:0.###} s");

    /// <summary>Stops the clock, and waits for a call of <c>stop</c> that is under way.</summary>
    public void Dispose()
    {
        if (timer is null)
        {
            return;
        }

        using var done = new ManualResetEvent(initialState: false);
        if (timer.Dispose(done))
        {
            done.WaitOne();
        }
    }

    private void Pass(Action stop)
    {
        if (HasPassed)
        {
            overdue?.Invoke();
            return;
        }

        HasPassed = true;
        timer?.Change(Grace, System.Threading.Timeout.InfiniteTimeSpan);
        stop();
    }
}
