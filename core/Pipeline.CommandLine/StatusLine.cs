using System.Globalization;

namespace Pipeline.CommandLine;

/// <summary>
/// How far long work is: one line that is written over on a terminal, a plain line every few seconds elsewhere. Not
/// thread-safe.
/// </summary>
/// <param name="output">Where the line goes. Borrowed.</param>
/// <param name="isTerminal">Whether it can be written over.</param>
/// <param name="clock">Source of time.</param>
public sealed class StatusLine(TextWriter output, bool isTerminal, TimeProvider clock)
{
    private static readonly TimeSpan TerminalInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(10);

    private long shown = clock.GetTimestamp();
    private int length;

    /// <summary>Shows a line, unless one was shown a moment ago.</summary>
    /// <param name="text">Makes the line; called only when it is shown.</param>
    public void Show(Func<string> text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (clock.GetElapsedTime(shown) < (isTerminal ? TerminalInterval : PlainInterval))
        {
            return;
        }

        shown = clock.GetTimestamp();
        string line = text();
        if (isTerminal)
        {
            output.Write('\r' + line.PadRight(length));
            length = line.Length;
        }
        else
        {
            output.WriteLine(line);
        }
    }

    /// <summary>Removes the line from a terminal, so that something else can be written.</summary>
    public void Clear()
    {
        if (length > 0)
        {
            output.Write('\r' + new string(' ', length) + '\r');
            length = 0;
        }
    }

    /// <summary>A time as the line has it.</summary>
    /// <param name="seconds">Seconds left; what is not finite counts as none.</param>
    /// <returns>Such as <c>0:01:29</c>.</returns>
    public static string Left(double seconds)
    {
        TimeSpan left = TimeSpan.FromSeconds(double.IsFinite(seconds) ? Math.Clamp(seconds, 0, 360_000) : 0);
        return string.Create(CultureInfo.InvariantCulture, $"{(int)left.TotalHours}:{left:mm\\:ss}");
    }
}
