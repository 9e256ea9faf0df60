using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Pipeline.Core.Errors;

namespace Pipeline.Trainer.Data;

/// <summary>CSV as this program writes and reads it: invariant, lines end in LF, a header first.</summary>
internal static class CsvText
{
    /// <summary>Writes a table.</summary>
    /// <param name="columns">The header.</param>
    /// <param name="rows">As many fields each.</param>
    /// <returns>The text.</returns>
    internal static string Format(IEnumerable<string> columns, IEnumerable<IEnumerable<string>> rows)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        Write(text, columns, rows);
        return text.ToString();
    }

    /// <summary>Writes a table that need not fit into memory.</summary>
    /// <param name="text">Receives it. Borrowed.</param>
    /// <param name="columns">The header.</param>
    /// <param name="rows">As many fields each.</param>
    internal static void Write(TextWriter text, IEnumerable<string> columns, IEnumerable<IEnumerable<string>> rows)
    {
        using var csv = new CsvWriter(
            text,
            new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\n" },
            leaveOpen: true
        );
        foreach (IEnumerable<string> row in rows.Prepend(columns))
        {
            foreach (string field in row)
            {
                csv.WriteField(field);
            }

            csv.NextRecord();
        }
    }

    /// <summary>Reads some columns of a table.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="columns">The columns.</param>
    /// <returns>A row of as many fields for each row.</returns>
    /// <exception cref="DatasetException">
    /// The file cannot be read, a column is missing, or the text is no CSV.
    /// </exception>
    internal static IReadOnlyList<string[]> Read(string path, IReadOnlyList<string> columns)
    {
        try
        {
            using var csv = new CsvReader(new StreamReader(path), CultureInfo.InvariantCulture);
            var rows = new List<string[]>();
            csv.Read();
            csv.ReadHeader();
            while (csv.Read())
            {
                rows.Add([.. columns.Select(column => csv.GetField(column) ?? string.Empty)]);
            }

            return rows;
        }
        catch (Exception error) when (error is CsvHelperException or IOException or UnauthorizedAccessException)
        {
            throw new DatasetException(
                $"'{path}' cannot be read as the table that a run writes, "
                    + $"with the columns {string.Join(", ", columns)}: {error.Message.Split('\n')[0].Trim()} Give a "
                    + "complete run, or train again with --force.",
                error
            )
            {
                Subject = path,
            };
        }
    }
}
