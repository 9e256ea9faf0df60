using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace Pipeline.Trainer.Data;

/// <summary>CSV as this program writes it: invariant, lines end in LF, a header first.</summary>
internal static class CsvText
{
    /// <summary>Writes a table.</summary>
    /// <param name="columns">The header.</param>
    /// <param name="rows">As many fields each.</param>
    /// <returns>The text.</returns>
    internal static string Of(IEnumerable<string> columns, IEnumerable<IEnumerable<string>> rows)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var csv = new CsvWriter(text, new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\n" }))
        {
            foreach (IEnumerable<string> row in rows.Prepend(columns))
            {
                foreach (string field in row)
                {
                    csv.WriteField(field);
                }

                csv.NextRecord();
            }
        }

        return text.ToString();
    }
}
