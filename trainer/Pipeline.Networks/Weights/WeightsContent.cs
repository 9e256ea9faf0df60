using System.Security.Cryptography;

namespace Pipeline.Networks.Weights;

/// <summary>Names weights by their content.</summary>
internal static class WeightsContent
{
    /// <summary>Hashes a file of weights.</summary>
    /// <param name="path">A file, or the folder of a TensorFlow.js bundle.</param>
    /// <returns>Hex SHA-256 over its files in ordinal order.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static string Hash(string path)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = new byte[1 << 20];
        string[] files = Directory.Exists(path)
            ? [.. Directory.EnumerateFiles(path, "*.js").Order(StringComparer.Ordinal)]
            : [path];
        foreach (string file in files)
        {
            using FileStream stream = File.OpenRead(file);
            for (int read = stream.Read(block); read > 0; read = stream.Read(block))
            {
                hash.AppendData(block, 0, read);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>
    /// Hashes what a recipe names by its path: a file, a bundle, or the best checkpoint of an earlier run.
    /// </summary>
    /// <param name="weights">As the recipe has it.</param>
    /// <returns>
    /// Hex SHA-256; <c>null</c> for a name of the registry, whose content is known, and when there is nothing to read.
    /// </returns>
    public static string? Find(string weights)
    {
        WeightsReference reference = WeightsReference.Parse(weights);
        try
        {
            return reference.Kind switch
            {
                WeightsKind.Registry => null,
                WeightsKind.Run => Hash(RunWeights.CheckpointOf(reference.Text)),
                _ => Hash(reference.Text),
            };
        }
        catch (Exception error)
            when (error is IOException or UnauthorizedAccessException or Core.Errors.WeightsException)
        {
            return null; // said where the weights are asked for, with the remedy
        }
    }
}
