using System.Security.Cryptography;
using System.Text.Json;
using Pipeline.Core.Errors;
using Pipeline.Core.Files;

namespace Pipeline.Inference.Cli.Runs;

/// <summary>
/// What rows of predictions were made with, in a file beside them: <c>*.partial.json</c> of a run that goes on,
/// <c>*.run.json</c> of a finished one. Two files of rows belong together only when these agree.
/// </summary>
internal sealed record ScoringRunState
{
    private const int CurrentVersion = 2;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
    };

    /// <summary>Version of this file.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>SHA-256 of the model file, in hexadecimal.</summary>
    public required string Model { get; init; }

    /// <summary>
    /// SHA-256 of the files that explain a model from elsewhere, in hexadecimal; empty for one of ours.
    /// </summary>
    public string Explanation { get; init; } = string.Empty;

    /// <summary>Where the network ran, as <c>--device</c> takes it: another device computes other last bits.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Spelling of the rows, <c>csv</c> or <c>jsonl</c>.</summary>
    public required string Format { get; init; }

    /// <summary>Whether rows hold every class's probability.</summary>
    public required bool AllScores { get; init; }

    /// <summary>Best classes per row.</summary>
    public required int TopK { get; init; }

    /// <summary>Images per run of the network: the last bits of a score may depend on it.</summary>
    public required int BatchSize { get; init; }

    /// <summary>
    /// Smallest probability that gives a label, as it was asked for; <c>null</c> is what the model says.
    /// </summary>
    public float? MinimumConfidence { get; init; }

    /// <summary>Views of each image, as <c>--test-time-augmentation</c> takes it.</summary>
    public string TestTimeAugmentation { get; init; } = "none";

    /// <summary>The share, <c>1/1</c> for an undivided job.</summary>
    public required string Shard { get; init; }

    /// <summary>Of a finished file: files in the whole list.</summary>
    public long Files { get; init; }

    /// <summary>Of a finished file: its own rows.</summary>
    public long Rows { get; init; }

    /// <summary>Of a finished file: SHA-256 of its bytes, in hexadecimal.</summary>
    public string Sha256 { get; init; } = string.Empty;

    /// <summary>Of a finished file: SHA-256 of the whole list of files, their names and lengths.</summary>
    public string Listing { get; init; } = string.Empty;

    /// <summary>The fingerprint of some files.</summary>
    /// <param name="paths">Their paths; <c>null</c> for one that there is not.</param>
    /// <returns>SHA-256 of all bytes in hexadecimal; empty when there is no file.</returns>
    internal static string HashOf(params string?[] paths)
    {
        if (Array.TrueForAll(paths, path => path is null))
        {
            return string.Empty;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[1 << 16];
        foreach (string? path in paths.Where(path => path is not null))
        {
            using FileStream file = File.OpenRead(path ?? string.Empty);
            int read;
            while ((read = file.Read(buffer)) > 0)
            {
                hash.AppendData(buffer, 0, read);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Reads the file.</summary>
    /// <param name="path">Path of the file.</param>
    /// <returns>Its content.</returns>
    /// <exception cref="DatasetException">It is missing, damaged or of another version.</exception>
    internal static ScoringRunState Read(string path)
    {
        try
        {
            ScoringRunState? state = JsonSerializer.Deserialize<ScoringRunState>(File.ReadAllText(path), Json);
            return state is { Version: CurrentVersion }
                ? state
                : throw new DatasetException(
                    $"File '{path}' has version {state?.Version}, this program reads version {CurrentVersion}. "
                        + "Use the program that wrote it."
                )
                {
                    Subject = path,
                };
        }
        catch (Exception error) when (error is JsonException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DatasetException(
                $"File '{path}' is {(error is JsonException ? "damaged" : "missing")}: "
                    + "it says what the rows beside it were made with. Score these images again.",
                error
            )
            {
                Subject = path,
            };
        }
    }

    /// <summary>Writes the file.</summary>
    /// <param name="path">Path of the file.</param>
    internal void Write(string path) => AtomicFile.WriteText(path, JsonSerializer.Serialize(this, Json) + "\n");

    /// <summary>What differs from other rows, apart from what only a finished file knows.</summary>
    /// <param name="other">What the others were made with.</param>
    /// <param name="sameShard">Whether both must be the same share; else they must be shares of as many.</param>
    /// <returns>The differences, readable; empty when there is none.</returns>
    internal string DifferencesFrom(ScoringRunState other, bool sameShard)
    {
        var found = new List<string>();
        Compare(found, "model", Short(Model), Short(other.Model));
        Compare(found, "--preprocessing and --labels", Short(Explanation), Short(other.Explanation));
        Compare(found, "--device", Device, other.Device);
        Compare(found, "--format", Format, other.Format);
        Compare(found, "--all-scores", AllScores, other.AllScores);
        Compare(found, "--top-k", TopK, other.TopK);
        Compare(found, "--batch-size", BatchSize, other.BatchSize);
        Compare(found, "--minimum-confidence", MinimumConfidence, other.MinimumConfidence);
        Compare(found, "--test-time-augmentation", TestTimeAugmentation, other.TestTimeAugmentation);
        Compare(
            found,
            "--shard",
            sameShard ? Shard : Shard.Split('/')[^1],
            sameShard ? other.Shard : other.Shard.Split('/')[^1]
        );
        return string.Join(", ", found);
    }

    private static string? Short(string hash) => hash.Length == 0 ? null : hash[..Math.Min(12, hash.Length)];

    private static void Compare<T>(List<string> found, string name, T mine, T theirs)
    {
        if (!EqualityComparer<T>.Default.Equals(mine, theirs))
        {
            found.Add(
                FormattableString.Invariant(
                    $"{name} {(object?)theirs ?? "by default"} and not {(object?)mine ?? "by default"}"
                )
            );
        }
    }
}
