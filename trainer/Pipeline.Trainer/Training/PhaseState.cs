using System.Globalization;
using System.Text.Json;
using Pipeline.Core.Errors;
using Pipeline.Core.Files;
using Pipeline.Core.Tensors;
using Pipeline.Trainer.Execution;

namespace Pipeline.Trainer.Training;

/// <summary>
/// Everything that the epochs after this one depend on, in one file, so that there is no moment at which two files
/// disagree: trained weights, kept weights, the optimizer's memory, and what
/// early stopping remembers. Random numbers need no state: they are drawn by position.
/// </summary>
internal sealed record PhaseState
{
    private const string LastPrefix = "last.";
    private const string BestPrefix = "best.";
    private const string AveragePrefix = "average.";

    /// <summary>Number of the phase, from 1.</summary>
    internal required int Phase { get; init; }

    /// <summary>Epochs done in it.</summary>
    internal required int Epoch { get; init; }

    /// <summary>What <see cref="BestEpoch.Memory"/> gave.</summary>
    internal required (double Best, double Reference, int Waited) Memory { get; init; }

    /// <summary>What <see cref="Training.Plateau.Memory"/> gave.</summary>
    internal required (double Lowest, int Waited, int Reductions) Plateau { get; init; }

    /// <summary>
    /// Time that the phase has taken so far, over all processes that worked on it; <see cref="TimeSpan.Zero"/> where it
    /// has no budget, so that equal runs write equal bytes.
    /// </summary>
    internal TimeSpan Used { get; init; }

    /// <summary>Report of the epoch that <see cref="Kept"/> is of.</summary>
    internal required EpochReport? KeptReport { get; init; }

    /// <summary>Tensors of the trained nodes after the epoch.</summary>
    internal required WeightSet Last { get; init; }

    /// <summary>
    /// Tensors of the trained nodes as the phase would end with them: after the best epoch, or the last.
    /// </summary>
    internal required WeightSet Kept { get; init; }

    /// <summary>Running average of the tensors of the trained nodes; <c>null</c> when the phase has none.</summary>
    internal required WeightSet? Average { get; init; }

    /// <summary>The optimizer's memory.</summary>
    internal required WeightSet Optimizer { get; init; }

    /// <summary>Writes the file whole or not at all.</summary>
    internal void Save(string path)
    {
        var tensors = new WeightSet([
            .. Prefixed(LastPrefix, Last),
            .. Prefixed(BestPrefix, Kept),
            .. Average is null ? [] : Prefixed(AveragePrefix, Average),
            .. Optimizer,
        ]);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["phase"] = Phase.ToString(CultureInfo.InvariantCulture),
            ["epoch"] = Epoch.ToString(CultureInfo.InvariantCulture),
            ["best"] = Memory.Best.ToString("R", CultureInfo.InvariantCulture),
            ["reference"] = Memory.Reference.ToString("R", CultureInfo.InvariantCulture),
            ["waited"] = Memory.Waited.ToString(CultureInfo.InvariantCulture),
            ["plateau.lowest"] = Plateau.Lowest.ToString("R", CultureInfo.InvariantCulture),
            ["plateau.waited"] = Plateau.Waited.ToString(CultureInfo.InvariantCulture),
            ["plateau.reductions"] = Plateau.Reductions.ToString(CultureInfo.InvariantCulture),
            ["used"] = Used.ToString("c", CultureInfo.InvariantCulture),
            ["report"] = JsonSerializer.Serialize(KeptReport),
        };
        AtomicFile.Write(path, new SafetensorsFile(tensors, metadata).Write);
    }

    /// <summary>Reads the position alone.</summary>
    /// <returns>Phase and epoch, both from 1; zeros when there is no such file yet.</returns>
    internal static (int Phase, int Epoch) FindPosition(string path)
    {
        if (!File.Exists(path))
        {
            return (0, 0);
        }

        IReadOnlyDictionary<string, string> metadata = SafetensorsIndex.Read(path).Metadata;
        return (
            int.Parse(metadata["phase"], CultureInfo.InvariantCulture),
            int.Parse(metadata["epoch"], CultureInfo.InvariantCulture)
        );
    }

    /// <summary>Reads the file back.</summary>
    /// <returns>The state; <c>null</c> when there is none yet.</returns>
    /// <exception cref="CheckpointException">The file is none of ours.</exception>
    internal static PhaseState? Find(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        SafetensorsFile file = SafetensorsFile.Read(path);
        try
        {
            return new PhaseState
            {
                Phase = int.Parse(file.Metadata["phase"], CultureInfo.InvariantCulture),
                Epoch = int.Parse(file.Metadata["epoch"], CultureInfo.InvariantCulture),
                Memory = (
                    double.Parse(file.Metadata["best"], CultureInfo.InvariantCulture),
                    double.Parse(file.Metadata["reference"], CultureInfo.InvariantCulture),
                    int.Parse(file.Metadata["waited"], CultureInfo.InvariantCulture)
                ),
                Plateau = (
                    double.Parse(file.Metadata["plateau.lowest"], CultureInfo.InvariantCulture),
                    int.Parse(file.Metadata["plateau.waited"], CultureInfo.InvariantCulture),
                    int.Parse(file.Metadata["plateau.reductions"], CultureInfo.InvariantCulture)
                ),
                Used = TimeSpan.ParseExact(file.Metadata["used"], "c", CultureInfo.InvariantCulture),
                KeptReport = JsonSerializer.Deserialize<EpochReport>(file.Metadata["report"]),
                Last = Part(file.Tensors, LastPrefix),
                Kept = Part(file.Tensors, BestPrefix),
                Average = Part(file.Tensors, AveragePrefix) is { Count: > 0 } average ? average : null,
                Optimizer = new WeightSet(
                    file.Tensors.Where(tensor =>
                        !Array.Exists(
                            [LastPrefix, BestPrefix, AveragePrefix],
                            prefix => tensor.Name.StartsWith(prefix, StringComparison.Ordinal)
                        )
                    )
                ),
            };
        }
        catch (Exception error) when (error is KeyNotFoundException or FormatException or JsonException)
        {
            throw new CheckpointException(
                $"Training state '{path}' cannot be read: {error.Message} Train again with --force.",
                error
            )
            {
                Subject = path,
            };
        }
    }

    private static IEnumerable<TensorData> Prefixed(string prefix, WeightSet weights) =>
        weights.Select(tensor => new TensorData(prefix + tensor.Name, tensor.ElementType, tensor.Shape, tensor.Bytes));

    private static WeightSet Part(WeightSet tensors, string prefix) =>
        new(
            tensors
                .Where(tensor => tensor.Name.StartsWith(prefix, StringComparison.Ordinal))
                .Select(tensor => new TensorData(
                    tensor.Name[prefix.Length..],
                    tensor.ElementType,
                    tensor.Shape,
                    tensor.Bytes
                ))
        );
}
