using System.Text;
using System.Text.Json;
using Pipeline.Inference.Reporting;

namespace Pipeline.Inference.Cli.Runs;

/// <summary>What a written row says.</summary>
/// <param name="Path">The image.</param>
/// <param name="Label">Its class; <c>null</c> when there is none, or it was held back.</param>
/// <param name="Error">Why the image could not be read; <c>null</c> when it could.</param>
internal sealed record PredictionRow(string Path, string? Label, string? Error)
{
    private const int FixedColumns = 4;

    /// <summary>Reads the rows of a file behind its header, as far as they are whole and well-formed.</summary>
    /// <param name="stream">The file, at its start. Borrowed.</param>
    /// <param name="format">Its spelling.</param>
    /// <returns>Each row with the position behind it.</returns>
    internal static IEnumerable<(PredictionRow Row, long End)> ReadAll(Stream stream, PredictionFormat format)
    {
        var reader = new RowReader(stream, format);
        int columns = 0;
        if (format == PredictionFormat.Csv && TryReadFields(reader) is { } header)
        {
            columns = header.Length;
        }

        while ((format == PredictionFormat.Csv ? TryReadCsv(reader, columns) : TryReadJson(reader)) is { } row)
        {
            yield return (row, reader.Position);
        }
    }

    /// <summary>Splits a CSV row.</summary>
    /// <param name="row">Its text with or without a line end.</param>
    /// <returns>Its fields without quotes.</returns>
    internal static string[] Split(ReadOnlySpan<byte> row)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        bool isQuoted = false;
        string text = Encoding.UTF8.GetString(row.TrimEnd((byte)'\n'));
        for (int index = 0; index < text.Length; index++)
        {
            char letter = text[index];
            if (letter == '"' && isQuoted && index + 1 < text.Length && text[index + 1] == '"')
            {
                field.Append(text[++index]);
            }
            else if (letter == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (letter == ',' && !isQuoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(letter);
            }
        }

        return [.. fields, field.ToString()];
    }

    private static string[]? TryReadFields(RowReader reader) =>
        reader.TryRead(out ReadOnlySpan<byte> row) ? Split(row) : null;

    private static PredictionRow? TryReadCsv(RowReader reader, int columns) =>
        TryReadFields(reader) is { Length: >= FixedColumns } fields && fields.Length == columns
            ? new PredictionRow(fields[0], Given(fields[1]), Given(fields[3]))
            : null;

    private static PredictionRow? TryReadJson(RowReader reader)
    {
        if (!reader.TryRead(out ReadOnlySpan<byte> row))
        {
            return null;
        }

        try
        {
            using JsonDocument json = JsonDocument.Parse(row.ToArray());
            JsonElement root = json.RootElement;
            return root.GetProperty("path").GetString() is { } path
                ? new PredictionRow(
                    path,
                    Given(root.GetProperty("label").GetString()),
                    root.GetProperty("error").GetString()
                )
                : null;
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null; // such a row is not whole: a crash of the machine can leave one behind
        }
    }

    private static string? Given(string? field) => string.IsNullOrEmpty(field) ? null : field;
}
