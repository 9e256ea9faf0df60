using System.Text.Json;
using Pipeline.Core.Files;

namespace Pipeline.Trainer.Runs;

/// <summary>The table of models, <c>comparison.json</c>.</summary>
internal static class ComparisonFile
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    };

    /// <summary>Writes the table.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="rows">A row per model, in the recipe's order.</param>
    public static void Write(string path, IReadOnlyList<ComparisonRow> rows) =>
        AtomicFile.WriteText(path, JsonSerializer.Serialize(rows, Json) + "\n");

    /// <summary>Reads the table.</summary>
    /// <param name="path">Path of the file.</param>
    /// <returns>The rows; empty when the file is missing or not readable.</returns>
    public static IReadOnlyList<ComparisonRow> Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<ComparisonRow[]>(File.ReadAllBytes(path), Json) ?? [];
        }
        catch (Exception error) when (error is IOException or JsonException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
