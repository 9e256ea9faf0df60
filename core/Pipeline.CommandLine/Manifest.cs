using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;

namespace Pipeline.CommandLine;

/// <summary>
/// A manifest of labelled images: a CSV file with a header and the columns <c>path</c> and <c>label</c>, such as a
/// run's <c>split.csv</c>; more columns may be there, in any order.
/// </summary>
public static class Manifest
{
    /// <summary>Reads the rows that count.</summary>
    /// <param name="path">Path of the CSV file.</param>
    /// <param name="labels">The model's classes.</param>
    /// <param name="split">
    /// Which rows count when there is a column <c>split</c>; without the column all rows count.
    /// </param>
    /// <param name="imageRoot">
    /// Folder that relative paths start from; <c>null</c> takes the manifest's own. A run's <c>split.csv</c> counts
    /// from the data's root.
    /// </param>
    /// <returns>The files and the class of each; -1 where the label is empty.</returns>
    /// <exception cref="DatasetException">
    /// The file cannot be read, a column is missing, a label is no class of the model, or no row counts.
    /// </exception>
    public static (IReadOnlyList<string> Paths, IReadOnlyList<int> Truth) Read(
        string path,
        LabelSet labels,
        string split,
        string? imageRoot
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(labels);
        try
        {
            using var text = new StreamReader(path);
            using var csv = new CsvReader(text, new CsvConfiguration(CultureInfo.InvariantCulture));
            return ReadRows(csv, path, labels, split, imageRoot);
        }
        catch (Exception error) when (error is CsvHelperException or IOException or UnauthorizedAccessException)
        {
            string reason = error.Message.Split('\n')[0].Trim();
            throw new DatasetException(
                $"Manifest '{path}' cannot be read: {reason} Expected a CSV file with the columns path and label.",
                error
            )
            {
                Subject = path,
            };
        }
    }

    private static (List<string> Paths, List<int> Truth) ReadRows(
        CsvReader csv,
        string path,
        LabelSet labels,
        string split,
        string? imageRoot
    )
    {
        string[] columns = csv.Read() && csv.ReadHeader() ? csv.HeaderRecord ?? [] : [];
        if (!columns.Contains("path", StringComparer.Ordinal) || !columns.Contains("label", StringComparer.Ordinal))
        {
            string found = string.Join(", ", columns);
            throw new DatasetException(
                $"Manifest '{path}' has the columns '{found}', expected path and label. Write a header with both."
            )
            {
                Subject = path,
                Expected = "path, label",
                Found = found,
            };
        }

        bool hasSplit = columns.Contains("split", StringComparer.Ordinal);
        string root = imageRoot ?? Path.GetDirectoryName(Path.GetFullPath(path)) ?? string.Empty;
        var others = new SortedSet<string>(StringComparer.Ordinal);
        (List<string> Paths, List<int> Truth) rows = ([], []);
        while (csv.Read())
        {
            if (hasSplit && csv.GetField("split") is { } other && other != split)
            {
                others.Add(other);
                continue;
            }

            rows.Paths.Add(Path.Combine(root, csv.GetField("path") ?? string.Empty));
            rows.Truth.Add(TruthOf(csv.GetField("label") ?? string.Empty, labels, path, csv.Parser.RawRow));
        }

        string ofSplit = hasSplit ? $" of split '{split}'; its others are '{string.Join(", ", others)}'" : string.Empty;
        return rows.Truth.Exists(index => index >= 0)
            ? rows
            : throw new DatasetException(
                $"Manifest '{path}' has no labelled row{ofSplit}. Name a split that has labels."
            )
            {
                Subject = path,
            };
    }

    private static int TruthOf(string label, LabelSet labels, string path, int line)
    {
        if (label.Length == 0)
        {
            return -1;
        }

        return labels.TryIndexOf(label, out int index)
            ? index
            : throw new DatasetException(
                $"Manifest '{path}', line {line}: label '{label}' is no class of the model. Classes of the model: "
                    + $"{NameList.Format(labels)}. Correct the label or remove the row."
            )
            {
                Subject = path,
                Expected = labels.ToString(),
                Found = label,
            };
    }
}
