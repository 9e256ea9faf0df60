using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;

namespace Pipeline.Inference.Evaluation;

/// <summary>Reads a manifest of labelled images.</summary>
internal static class ManifestReader
{
    /// <summary>Reads the rows that count.</summary>
    /// <param name="path">Path of the CSV file.</param>
    /// <param name="labels">The model's classes.</param>
    /// <param name="options">Which rows, and where paths start.</param>
    /// <returns>The files and the class of each; -1 where the label is empty.</returns>
    /// <exception cref="DatasetException">The file cannot be read, a column is missing, a label is no class of the model, or no row counts.</exception>
    internal static (List<string> Paths, List<int> Truth) Read(string path, LabelSet labels, ManifestOptions options)
    {
        try
        {
            using var text = new StreamReader(path);
            using var csv = new CsvReader(text, new CsvConfiguration(CultureInfo.InvariantCulture));
            return ReadRows(csv, path, labels, options);
        }
        catch (Exception error) when (error is CsvHelperException or IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"Manifest '{path}' cannot be read: {error.Message.Split('\n')[0].Trim()} Expected a CSV file with the columns path and label.", error) { Subject = path };
        }
    }

    private static (List<string> Paths, List<int> Truth) ReadRows(CsvReader csv, string path, LabelSet labels, ManifestOptions options)
    {
        string[] columns = csv.Read() && csv.ReadHeader() ? csv.HeaderRecord ?? [] : [];
        if (!columns.Contains("path", StringComparer.Ordinal) || !columns.Contains("label", StringComparer.Ordinal))
        {
            throw new DatasetException($"Manifest '{path}' has the columns '{string.Join(", ", columns)}', expected path and label. Write a header with both.") { Subject = path, Expected = "path, label", Found = string.Join(", ", columns) };
        }

        bool hasSplit = columns.Contains("split", StringComparer.Ordinal);
        string root = options.ImageRoot ?? Path.GetDirectoryName(Path.GetFullPath(path)) ?? string.Empty;
        var splits = new SortedSet<string>(StringComparer.Ordinal);
        (List<string> Paths, List<int> Truth) rows = ([], []);
        while (csv.Read())
        {
            if (hasSplit && csv.GetField("split") is { } split && split != options.Split)
            {
                splits.Add(split);
                continue;
            }

            rows.Paths.Add(Path.Combine(root, csv.GetField("path") ?? string.Empty));
            rows.Truth.Add(TruthOf(csv.GetField("label") ?? string.Empty, labels, path, csv.Parser.RawRow));
        }

        return rows.Truth.Exists(index => index >= 0)
            ? rows
            : throw new DatasetException($"Manifest '{path}' has no labelled row{(hasSplit ? $" of split '{options.Split}'; its others are '{string.Join(", ", splits)}'" : string.Empty)}. Name a split that has labels.") { Subject = path };
    }

    private static int TruthOf(string label, LabelSet labels, string path, int line)
    {
        if (label.Length == 0)
        {
            return -1;
        }

        return labels.TryIndexOf(label, out int index)
            ? index
            : throw new DatasetException($"Manifest '{path}', line {line}: label '{label}' is no class of the model. Classes of the model: {NameList.Of(labels)}. Correct the label or remove the row.") { Subject = path, Expected = labels.ToString(), Found = label };
    }
}
