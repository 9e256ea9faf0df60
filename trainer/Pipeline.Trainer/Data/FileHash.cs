using System.Security.Cryptography;

namespace Pipeline.Trainer.Data;

/// <summary>Names a file by its content.</summary>
internal static class FileHash
{
    /// <summary>Hashes a file.</summary>
    /// <param name="path">Its path.</param>
    /// <returns>Hex SHA-256; empty when the file is empty or cannot be read.</returns>
    internal static string Compute(string path)
    {
        try
        {
            if (new FileInfo(path) is not { Exists: true, Length: > 0 })
            {
                return string.Empty; // nothing to read, or a pipe, which would never end
            }

            using FileStream stream = File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }
}
