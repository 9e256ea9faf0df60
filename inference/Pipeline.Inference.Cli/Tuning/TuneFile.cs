using System.Text.Json;
using Pipeline.Core.Errors;
using Pipeline.Core.Files;

namespace Pipeline.Inference.Cli.Tuning;

/// <summary>
/// What <c>tune</c> found for one model on one host: a file beside the model, never in it, because equal trainings give
/// equal models.
/// </summary>
internal sealed record TuneFile
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
    };

    /// <summary>Version of this file.</summary>
    public int Version { get; init; } = 1;

    /// <summary>SHA-256 of the model file, in hexadecimal.</summary>
    public required string Model { get; init; }

    /// <summary>The host that was measured on.</summary>
    public required string Host { get; init; }

    /// <summary>Device, as <c>--device</c> takes it.</summary>
    public required string Device { get; init; }

    /// <summary>Images per run of the network.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Runs of the network side by side.</summary>
    public required int ConcurrentRuns { get; init; }

    /// <summary>Threads of one run.</summary>
    public required int Threads { get; init; }

    /// <summary>Images decoded at the same time, when there is one run at a time.</summary>
    public required int DecodeWorkers { get; init; }

    /// <summary>Rate with these settings.</summary>
    public required double ImagesPerSecond { get; init; }

    /// <summary>Rate with the defaults, measured in turns with the other.</summary>
    public required double DefaultImagesPerSecond { get; init; }

    /// <summary>Where the settings of a model are stored.</summary>
    /// <param name="modelPath">Path of the model.</param>
    /// <returns>Path of the file.</returns>
    internal static string PathOf(string modelPath) => modelPath + ".tune.json";

    /// <summary>Reads the file, if there is one.</summary>
    /// <param name="path">Path of the file.</param>
    /// <returns>Its content; <c>null</c> when there is none.</returns>
    /// <exception cref="DatasetException">It is damaged, of another version, or a number is out of range.</exception>
    internal static TuneFile? TryRead(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return
                JsonSerializer.Deserialize<TuneFile>(File.ReadAllText(path), Json)
                    is {
                        Version: 1,
                        BatchSize: >= 1 and <= 65_536,
                        ConcurrentRuns: >= 1 and <= 1024,
                        Threads: >= 1 and <= 1024,
                        DecodeWorkers: >= 1 and <= 1024
                    } tune
                ? tune
                : throw Damaged(path, "it has another version or a number out of range", error: null);
        }
        catch (JsonException error)
        {
            throw Damaged(path, error.Message, error);
        }
    }

    /// <summary>Writes the file.</summary>
    /// <param name="path">Path of the file.</param>
    internal void Write(string path) => AtomicFile.WriteText(path, JsonSerializer.Serialize(this, Json) + "\n");

    /// <summary>Why these settings are not for this model on this host.</summary>
    /// <param name="modelHash">
    /// Finds the SHA-256 of the model file, in hexadecimal; asked last, because the file may be large.
    /// </param>
    /// <returns>The reason; <c>null</c> when they are.</returns>
    internal string? WhyUnfit(Func<string> modelHash) =>
        Host != HostName.Describe() ? $"it was measured on another host ({Host}; this is {HostName.Describe()})"
        : Model != modelHash() ? "the model has changed since"
        : null;

    private static DatasetException Damaged(string path, string reason, Exception? error) =>
        new(
            $"File '{path}' cannot be used: {reason} Remove it, pass --no-tune, or run 'pipeline-score tune' again.",
            error
        )
        {
            Subject = path,
        };
}
