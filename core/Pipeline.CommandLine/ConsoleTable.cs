using Spectre.Console;

namespace Pipeline.CommandLine;

/// <summary>A small table on standard output: drawn on a terminal, Markdown in a file or a pipe.</summary>
public static class ConsoleTable
{
    /// <summary>Writes a table; the columns after the first are aligned to the right when they hold numbers.</summary>
    /// <param name="columns">Headings.</param>
    /// <param name="rows">As many cells as headings in each.</param>
    /// <param name="numbers">Whether the columns after the first hold numbers.</param>
    public static void Write(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows, bool numbers)
    {
        if (Console.IsOutputRedirected)
        {
            WriteMarkdown(Console.Out, columns, rows, numbers);
            return;
        }

        Table table = new Table().Border(TableBorder.Rounded);
        for (int index = 0; index < columns.Count; index++)
        {
            var column = new TableColumn(Markup.Escape(columns[index]));
            table.AddColumn(numbers && index > 0 ? column.RightAligned() : column);
        }

        foreach (IReadOnlyList<string> row in rows)
        {
            table.AddRow([.. row.Select(cell => Markup.Escape(TerminalText.Clean(cell)))]);
        }

        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TerminalText.Terminal) }).Write(table);
    }

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
