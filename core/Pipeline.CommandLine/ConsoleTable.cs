using Spectre.Console;

namespace Pipeline.CommandLine;

/// <summary>A small table on standard output: drawn on a terminal, Markdown in a file or a pipe.</summary>
public static class ConsoleTable
{
    /// <summary>Writes a table; the columns after the first are aligned to the right when they hold numbers.</summary>
    /// <param name="columns">Headings.</param>
    /// <param name="rows">As many cells as headings in each.</param>
    /// <param name="numbers">Whether the columns after the first hold numbers.</param>
    /// <param name="optional">
    /// Headings of columns that a terminal may do without, the first to go first, when a word would be broken
    /// otherwise; <c>null</c> for none.
    /// </param>
    public static void Write(
        IReadOnlyList<string> columns,
        IEnumerable<IReadOnlyList<string>> rows,
        bool numbers,
        IReadOnlyList<string>? optional = null
    )
    {
        if (Console.IsOutputRedirected)
        {
            WriteMarkdown(Console.Out, columns, rows, numbers);
            return;
        }

        IAnsiConsole console = AnsiConsole.Create(
            new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TerminalText.Terminal) }
        );
        IReadOnlyList<IReadOnlyList<string>> cells = [.. rows.Prepend(columns)];
        int[] kept = [.. Enumerable.Range(0, columns.Count)];
        foreach (string column in optional ?? [])
        {
            if (NarrowestWidth(cells, kept) > console.Profile.Width)
            {
                kept = [.. kept.Where(index => columns[index] != column)];
            }
        }

        console.Write(Draw(cells, kept, numbers, NarrowestWidth(cells, kept) <= console.Profile.Width));
    }

    /// <summary>Whether a table can be drawn without breaking a word.</summary>
    /// <param name="columns">Headings.</param>
    /// <param name="rows">As many cells as headings in each.</param>
    /// <param name="width">Columns of the terminal.</param>
    /// <returns>Whether it fits.</returns>
    public static bool Fits(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows, int width) =>
        NarrowestWidth([columns, .. rows], [.. Enumerable.Range(0, columns.Count)]) <= width;

    /// <summary>Columns of the drawn table when its headings are wrapped and nothing else is.</summary>
    private static int NarrowestWidth(IReadOnlyList<IReadOnlyList<string>> cells, int[] columns) =>
        1
        + columns.Sum(index =>
            3
            + Math.Max(
                cells[0][index].Split(' ').Max(word => word.Length),
                cells.Skip(1).Max(row => (int?)row[index].Length) ?? 0
            )
        );

    private static Table Draw(IReadOnlyList<IReadOnlyList<string>> cells, int[] columns, bool numbers, bool fits)
    {
        Table table = new Table().Border(TableBorder.Rounded);
        foreach (int index in columns)
        {
            var column = new TableColumn(Markup.Escape(cells[0][index]));
            table.AddColumn(numbers && index > 0 ? column.RightAligned() : column);
        }

        foreach (IReadOnlyList<string> row in cells.Skip(1))
        {
            table.AddRow([.. columns.Select(index => Cell(row[index], fits))]);
        }

        return table;
    }

    // where there is room, only headings are wrapped
    private static string Cell(string text, bool fits) =>
        Markup.Escape(TerminalText.Clean(fits ? text.Replace(' ', '\u00A0') : text));

    /// <summary>Writes the table as Markdown.</summary>
    /// <param name="output">Where it goes. Borrowed.</param>
    /// <param name="columns">Headings.</param>
    /// <param name="rows">As many cells as headings in each.</param>
    /// <param name="numbers">Whether the columns after the first hold numbers.</param>
    public static void WriteMarkdown(
        TextWriter output,
        IReadOnlyList<string> columns,
        IEnumerable<IReadOnlyList<string>> rows,
        bool numbers
    )
    {
        output.WriteLine($"| {string.Join(" | ", columns)} |");
        output.WriteLine($"|{string.Join('|', columns.Select((_, index) => numbers && index > 0 ? "---:" : "---"))}|");
        foreach (IReadOnlyList<string> row in rows)
        {
            output.WriteLine(
                $"| {string.Join(" | ", row.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal)))} |"
            );
        }
    }
}
