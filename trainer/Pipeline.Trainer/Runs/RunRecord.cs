using System.Text.Json;
using System.Text.Json.Serialization;
using Pipeline.Core.Files;
using Pipeline.Core.Metrics;
using Pipeline.Trainer.Execution;

namespace Pipeline.Trainer.Runs;

/// <summary>How far a run is.</summary>
internal enum RunState
{
    /// <summary>It has begun and has not ended, or was ended from outside.</summary>
    Running,

    /// <summary>Every file of it is there.</summary>
    Complete,
}

/// <summary>
/// What is worth knowing about a run but must not be in files that equal runs write equally: <c>run.json</c>.
/// </summary>
internal sealed record RunRecord
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>How far it is.</summary>
    public RunState State { get; init; }

    /// <summary>Hash of the resolved recipe: a second run with the same one is not trained again.</summary>
    public required string RecipeHash { get; init; }

    /// <summary>
    /// Hash of the recipe as it was asked for, when the run had to measure what it left open; <c>null</c> when it said
    /// everything itself.
    /// </summary>
    public string? RequestedRecipeHash { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>Hash of the split manifest: an interrupted run goes on only with the same images.</summary>
    public required string DataHash { get; init; }

    /// <summary>How many times the run was taken up again.</summary>
    public int Resumed { get; init; }

    /// <summary>Folder of the images; paths in other files are relative to it.</summary>
    public required string DataRoot { get; init; }

    /// <summary>Device that trained.</summary>
    public required string Device { get; init; }

    /// <summary>Processor threads of libtorch.</summary>
    public required int Threads { get; init; }

    /// <summary>Versions of this program and its libraries.</summary>
    public required IReadOnlyDictionary<string, string> Versions { get; init; }

    /// <summary>Images that could not be read, with the reason.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Skipped { get; init; } = [];

    /// <summary>The models that are done, with their timings.</summary>
    public IReadOnlyList<ModelRecord> Models { get; init; } = [];

    /// <summary>Writes the file.</summary>
    /// <param name="path">Path of <c>run.json</c>.</param>
    public void Write(string path) => AtomicFile.WriteText(path, JsonSerializer.Serialize(this, Json) + "\n");

    /// <summary>Reads the file.</summary>
    /// <param name="path">Path of <c>run.json</c>.</param>
    /// <returns>The record; <c>null</c> when the file is missing or not readable.</returns>
    public static RunRecord? Find(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<RunRecord>(File.ReadAllBytes(path), Json);
        }
        catch (Exception error) when (error is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

/// <summary>A model that is done.</summary>
/// <param name="Row">Its row in the table of models; the seconds are those since the run was last taken up.</param>
/// <param name="Epochs">Timing of each epoch since then.</param>
/// <param name="Calibration">
/// The temperature in its file, with log-loss and calibration error of the validation images before and after;
/// <c>null</c> when none was fitted.
/// </param>
internal sealed record ModelRecord(
    ComparisonRow Row,
    IReadOnlyList<EpochTiming> Epochs,
    TemperatureFit? Calibration = null
);
