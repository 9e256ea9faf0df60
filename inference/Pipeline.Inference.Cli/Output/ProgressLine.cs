using System.Globalization;

namespace Pipeline.Inference.Cli.Output;

/// <summary>
/// How far the work is, with rate and time left: one line that is written over on a terminal, a plain line every few seconds elsewhere. On standard error, so that standard output
/// stays clean. Not thread-safe.
/// </summary>
internal sealed class ProgressLine
{
    private static readonly TimeSpan FirstShown = TimeSpan.FromSeconds(1); // the rate of the first batch says nothing
    private static readonly TimeSpan TerminalInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(5);

    private readonly TextWriter output;
    private readonly bool isTerminal;
    private readonly TimeProvider clock;
    private readonly int total;
    private readonly long started;
    private TimeSpan lastShown;
    private int lastLength;

    /// <summary>Starts the clock.</summary>
    /// <param name="output">Where the line goes. Borrowed.</param>
    /// <param name="isTerminal">Whether it can be written over.</param>
    /// <param name="clock">Source of time.</param>
    /// <param name="total">Images there are.</param>
    internal ProgressLine(TextWriter output, bool isTerminal, TimeProvider clock, int total)
    {
        this.output = output;
        this.isTerminal = isTerminal;
        this.clock = clock;
        this.total = total;
        started = clock.GetTimestamp();
    }

    /// <summary>Images done.</summary>
    internal int Done { get; private set; }

    /// <summary>Images that could not be read.</summary>
    internal int Errors { get; private set; }

    /// <summary>Time since the start.</summary>
    internal TimeSpan Elapsed => clock.GetElapsedTime(started);

    /// <summary>Images per second since the start.</summary>
    internal double ImagesPerSecond => Done / Math.Max(Elapsed.TotalSeconds, 1e-9);

    /// <summary>On standard error, as it is.</summary>
    /// <param name="total">Images there are.</param>
    /// <returns>A started line.</returns>
    internal static ProgressLine OnConsole(int total) => new(Console.Error, !Console.IsErrorRedirected, TimeProvider.System, total);

    /// <summary>Counts an image and shows the line when it is time.</summary>
    /// <param name="isError">Whether it could not be read.</param>
    internal void Advance(bool isError)
    {
        Done++;
        Errors += isError ? 1 : 0;
        TimeSpan elapsed = Elapsed;
        if (elapsed < FirstShown || elapsed - lastShown < (isTerminal ? TerminalInterval : PlainInterval))
        {
            return;
        }

        lastShown = elapsed;
        string line = Text();
        if (isTerminal)
        {
            output.Write('\r' + line.PadRight(lastLength));
            lastLength = line.Length;
        }
        else
        {
            output.WriteLine(line);
        }
    }

    /// <summary>Removes the line from a terminal.</summary>
    internal void Clear()
    {
        if (isTerminal && lastLength > 0)
        {
            output.Write('\r' + new string(' ', lastLength) + '\r');
            lastLength = 0;
        }
    }

    /// <summary>The line.</summary>
    /// <returns>Such as <c>512/2000 images  25 %  410.3 images/s  0:04 left  1 error</c>.</returns>
    internal string Text()
    {
        TimeSpan left = TimeSpan.FromSeconds((total - Done) / Math.Max(ImagesPerSecond, 1e-9));
        string errors = Errors == 0 ? string.Empty : Errors == 1 ? "  1 error" : string.Create(CultureInfo.InvariantCulture, $"  {Errors} errors");
        return string.Create(CultureInfo.InvariantCulture, $"{Done}/{total} images  {100L * Done / Math.Max(total, 1)} %  {ImagesPerSecond:0.0} images/s  {(int)left.TotalHours}:{left:mm\\:ss} left{errors}");
    }
}
