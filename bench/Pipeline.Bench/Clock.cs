namespace Pipeline.Bench;

/// <summary>Wall and processor time. On a machine that others use too, the processor time says more.</summary>
internal static class Clock
{
    /// <summary>Times a piece of work.</summary>
    /// <returns>Milliseconds on the wall, and of all threads of this process together.</returns>
    internal static (double Wall, double Processor) Time(Action work)
    {
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        long start = TimeProvider.System.GetTimestamp();
        work();
        double wall = TimeProvider.System.GetElapsedTime(start).TotalMilliseconds;
        return (wall, (Environment.CpuUsage.TotalTime - processor).TotalMilliseconds);
    }

    /// <summary>Times a piece of work that awaits.</summary>
    /// <returns>Milliseconds on the wall, and of all threads of this process together.</returns>
    internal static async Task<(double Wall, double Processor)> TimeAsync(Func<Task> work)
    {
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        long start = TimeProvider.System.GetTimestamp();
        await work().ConfigureAwait(false);
        double wall = TimeProvider.System.GetElapsedTime(start).TotalMilliseconds;
        return (wall, (Environment.CpuUsage.TotalTime - processor).TotalMilliseconds);
    }
}
