using System.Globalization;
using Spectre.Console;

namespace Pipeline.CommandLine;

/// <summary>
/// Where a long run shows itself: headings, sentences and rows that stay, and one bar that is written over. Colours,
/// bars and wrapping on a terminal; plain lines in a file or a pipe. Not thread-safe.
/// </summary>
public sealed class ProgressTerminal
{
    private const int BarWidth = 20;
    private const int NarrowestText = 40;
    private const string Indent = "  ";

    private readonly TextWriter output;
    private readonly StatusLine status;
    private readonly IAnsiConsole? console;

    /// <summary>On some output.</summary>
    /// <param name="output">Where lines go. Borrowed.</param>
    /// <param name="isInteractive">Whether it is a terminal.</param>
    /// <param name="clock">Source of time.</param>
    public ProgressTerminal(TextWriter output, bool isInteractive, TimeProvider clock)
    {
        this.output = output;
        IsInteractive = isInteractive;
        status = new StatusLine(output, isInteractive, clock);
        console = isInteractive
            ? AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TerminalText.Terminal) })
            : null;
    }

    /// <summary>Whether lines can be written over and colours shown.</summary>
    public bool IsInteractive { get; }

    /// <summary>Columns of the terminal; as many as one likes elsewhere.</summary>
    public int Width => console?.Profile.Width ?? int.MaxValue;

    /// <summary>On standard output, as it is.</summary>
    /// <param name="clock">Source of time.</param>
    /// <returns>The terminal.</returns>
    public static ProgressTerminal OnConsole(TimeProvider clock) =>
        new(Console.Out, !Console.IsOutputRedirected, clock);

    /// <summary>A bar of blocks.</summary>
    /// <param name="share">How much of it is filled, in [0, 1].</param>
    /// <param name="width">Its length in columns when it is full.</param>
    /// <returns>The filled part, no longer than <paramref name="width"/>.</returns>
    public static string Bar(double share, int width) =>
        new('█', (int)Math.Round(Math.Clamp(double.IsFinite(share) ? share : 0, 0, 1) * width));

    /// <summary>Begins a chapter.</summary>
    /// <param name="text">Its heading.</param>
    public void WriteHeading(string text)
    {
        status.Clear();
        output.WriteLine();
        if (console is null)
        {
            output.WriteLine(text);
        }
        else
        {
            console.Write(
                new Rule($"[bold]{Markup.Escape(TerminalText.Clean(text))}[/]") { Justification = Justify.Left }
            );
        }
    }

    /// <summary>Writes a sentence, indented; on a terminal it is wrapped between words.</summary>
    /// <param name="text">The sentence; lines of it stay lines.</param>
    public void WriteText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        status.Clear();
        foreach (string line in text.Split('\n').SelectMany(Wrap))
        {
            output.WriteLine(Indent + line);
        }
    }

    /// <summary>Writes the headings of the rows that follow.</summary>
    /// <param name="text">The line.</param>
    public void WriteColumns(string text) => WriteStyled(text, "grey");

    /// <summary>Writes a row as it is.</summary>
    /// <param name="text">The line.</param>
    /// <param name="isBest">Whether it stands out.</param>
    public void WriteRow(string text, bool isBest) => WriteStyled(text, isBest ? "green" : "default");

    /// <summary>Writes a table.</summary>
    /// <param name="columns">Headings.</param>
    /// <param name="rows">As many cells as headings in each; the columns after the first hold numbers.</param>
    public void WriteTable(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        status.Clear();
        if (console is null)
        {
            output.WriteLine();
            ConsoleTable.WriteMarkdown(output, columns, rows, numbers: true);
        }
        else
        {
            ConsoleTable.Write(columns, rows, numbers: true);
        }
    }

    /// <summary>Shows how far a pass over images is, over the line before.</summary>
    /// <param name="what">What the pass does.</param>
    /// <param name="done">Images done.</param>
    /// <param name="total">Images in all.</param>
    /// <param name="rate">Images per second.</param>
    public void ShowBar(string what, int done, int total, double rate) =>
        status.Show(() =>
        {
            string left = StatusLine.Left((total - done) / rate);
            return IsInteractive
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Indent}{Bar((double)done / total, BarWidth).PadRight(BarWidth, '░')} {what}  {rate:0}/s  {left}"
                )
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Indent}{what}: {done}/{total} images  {rate:0} images/s  {left} left"
                );
        });

    private void WriteStyled(string text, string style)
    {
        status.Clear();
        if (console is null)
        {
            output.WriteLine(text);
        }
        else
        {
            console.MarkupLine($"[{style}]{Markup.Escape(TerminalText.Clean(text))}[/]");
        }
    }

    private IEnumerable<string> Wrap(string line)
    {
        int width = Math.Max(NarrowestText, Width - (2 * Indent.Length));
        string hang = new(' ', line.Length - line.TrimStart().Length);
        while (line.Length > width)
        {
            int space = line.LastIndexOf(' ', width, width - hang.Length - 1);
            if (space < 0)
            {
                break; // one long word, such as a path
            }

            yield return line[..space];
            line = hang + Indent + line[(space + 1)..];
        }

        yield return line;
    }
}
