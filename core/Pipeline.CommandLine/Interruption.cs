using System.Runtime.InteropServices;

namespace Pipeline.CommandLine;

/// <summary>
/// Turns Ctrl-C and a polite kill into a cancelled token, from the first line of the program on. A second signal ends
/// the process at once, and so does the passing of <see cref="Patience"/>: a native step that goes on, such as a graph
/// that loops for ever, cannot be stopped otherwise. Nothing is lost by that, since no file is ever half-written and
/// what can be gone on with is on the disk.
/// </summary>
internal sealed partial class Interruption : IDisposable
{
    /// <summary>Time that a polite end may take.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;
    private Timer? end;

    /// <summary>Starts to listen.</summary>
    internal Interruption()
    {
        registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt),
        ];
    }

    /// <summary>Cancelled by the first signal.</summary>
    internal CancellationToken Token => source.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in registrations)
        {
            registration.Dispose();
        }

        end?.Dispose();
        source.Dispose();
    }

    private void Interrupt(PosixSignalContext context)
    {
        context.Cancel = true;
        if (source.IsCancellationRequested)
        {
            End();
        }

        end = new Timer(static _ => End(), null, Patience, Timeout.InfiniteTimeSpan);
        source.Cancel();
    }

    private static void End() =>
        EndNow(
            "Interrupted. The step that was running did not stop, so the program ended without it. "
                + "No file was left half-written.",
            ExitCodes.Interrupted
        );

    /// <summary>
    /// Ends the process without the clean-up of native libraries, which would wait for their threads or pull the memory
    /// from under them.
    /// </summary>
    /// <param name="message">The last words.</param>
    /// <param name="exitCode">The exit code.</param>
    internal static void EndNow(string message, int exitCode)
    {
        Console.Error.WriteLine(message);
        if (OperatingSystem.IsWindows())
        {
            Environment.FailFast(null);
        }

        ExitNow(exitCode);
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitNow(int code);
}
