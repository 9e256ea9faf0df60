using System.Globalization;
using Pipeline.Core.Errors;
using Pipeline.Core.Files;
using Pipeline.Core.Tensors;

namespace Pipeline.Trainer.Training;

/// <summary>
/// A network as a phase finds it, all tensors: a resumed run starts from here and from the phase's state instead of
/// doing again what came before.
/// </summary>
/// <param name="Phase">Number of the phase, from 1.</param>
/// <param name="Origin">Name and hash of the pretrained weights.</param>
/// <param name="Weights">One tensor per parameter.</param>
internal sealed record PhaseStart(int Phase, string Origin, WeightSet Weights)
{
    /// <summary>Writes the file whole or not at all.</summary>
    internal void Save(string path)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["phase"] = Phase.ToString(CultureInfo.InvariantCulture),
            ["origin"] = Origin,
        };
        AtomicFile.Write(path, new SafetensorsFile(Weights, metadata).Write);
    }

    /// <summary>Reads the number of the phase alone.</summary>
    /// <returns>From 1; 0 when there is no such file yet.</returns>
    internal static int FindPhase(string path) =>
        File.Exists(path) ? int.Parse(SafetensorsIndex.Read(path).Metadata["phase"], CultureInfo.InvariantCulture) : 0;

    /// <summary>Reads the file back.</summary>
    /// <returns>The start; <c>null</c> when there is none yet.</returns>
    /// <exception cref="CheckpointException">The file is none of ours.</exception>
    internal static PhaseStart? Find(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        SafetensorsFile file = SafetensorsFile.Read(path);
        return
            file.Metadata.TryGetValue("phase", out string? phase)
            && int.TryParse(phase, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && file.Metadata.TryGetValue("origin", out string? origin)
            ? new PhaseStart(number, origin, file.Tensors)
            : throw new CheckpointException(
                $"Training state '{path}' is not one of this version. Train again with --force."
            )
            {
                Subject = path,
            };
    }
}
