namespace Pipeline.Training;

/// <summary>One training at a time: libtorch's thread count and random generator belong to the process.</summary>
internal static class TrainingLock
{
    private static readonly SemaphoreSlim Free = new(1, 1);

    /// <summary>Takes it until the result is disposed.</summary>
    /// <exception cref="InvalidOperationException">Another training has it.</exception>
    internal static IDisposable Take() =>
        Free.Wait(0)
            ? new Taken()
            : throw new InvalidOperationException(
                "Another training runs in this process. Wait for its end, or train in a process of its own."
            );

    private sealed class Taken : IDisposable
    {
        public void Dispose() => Free.Release();
    }
}
