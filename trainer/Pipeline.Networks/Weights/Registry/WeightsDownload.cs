using System.Security.Cryptography;
using Pipeline.Core.Errors;
using Pipeline.Core.Files;

namespace Pipeline.Networks.Weights.Registry;

/// <summary>
/// Fetches a file once. An interrupted download goes on where it stopped (<c>.part</c> beside the file); the file
/// appears under its name only when its hash begins as upstream says, and its full SHA-256 is then recorded beside it
/// (<c>.sha256</c>) and compared whenever the file is used.
/// </summary>
internal sealed class WeightsDownload(string folder, HttpClient client)
{
    private readonly ResumableDownload download = new(client);

    /// <summary>Finds the file in the cache, or fetches it.</summary>
    /// <exception cref="WeightsException">It cannot be had, or is not the file that upstream published.</exception>
    internal async Task<string> EnsureAsync(WeightsEntry entry, Action<string> say, CancellationToken cancellationToken)
    {
        string path = Path.Combine(folder, entry.FileName);
        if (File.Exists(path))
        {
            Accept(entry, path, path);
            return path;
        }

        Directory.CreateDirectory(folder);
        string part = path + ".part";
        Uri address =
            entry.Url ?? throw new ArgumentException($"Weights '{entry.Name}' come with a package.", nameof(entry));
        say($"Fetching {address} to {path}; licence: {entry.Licence}");
        try
        {
            await download.FetchAsync(address, part, say, cancellationToken).ConfigureAwait(false);
        }
        catch (DownloadException error)
        {
            throw NotHad(entry, error);
        }

        Accept(entry, part, path);
        AtomicFile.Move(part, path);
        return path;
    }

    /// <summary>
    /// Compares a file's hash with upstream's and with the recorded one; a download that fails is removed.
    /// </summary>
    private static void Accept(WeightsEntry entry, string file, string path)
    {
        string record = path + ".sha256";
        string sha256 = Hash(file, HashAlgorithmName.SHA256);
        string published = entry.Hash is { IsMd5: true } ? Hash(file, HashAlgorithmName.MD5) : sha256;
        string? recorded = File.Exists(record) ? File.ReadAllText(record).Trim() : null;
        string? expected =
            entry.Hash is PublishedHash hash && !published.StartsWith(hash.Hex, StringComparison.Ordinal)
                ? $"{(hash.IsMd5 ? "MD5" : "SHA-256")} {hash.Hex}..., as upstream publishes"
            : recorded is not null && recorded != sha256 ? $"SHA-256 {recorded}, as recorded at the first download"
            : null;
        if (expected is not null)
        {
            string found = entry.Hash is { IsMd5: true } ? $"MD5 {published}" : $"SHA-256 {sha256}";
            string remedy =
                file == path ? $"Delete {path} to fetch it again." : "The download was deleted; start again.";
            if (file != path)
            {
                File.Delete(file);
            }

            throw new WeightsException(
                $"Weights file '{entry.FileName}' is not the published one: it has {found}, expected {expected}. "
                    + $"{remedy}"
            )
            {
                Subject = path,
                Expected = expected,
                Found = found,
            };
        }

        if (recorded is null)
        {
            AtomicFile.WriteText(record, sha256 + "\n");
        }
    }

    private static string Hash(string path, HashAlgorithmName algorithm)
    {
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(CryptographicOperations.HashData(algorithm, stream));
    }

    private WeightsException NotHad(WeightsEntry entry, DownloadException error) =>
        new(
            error.Status is null
                ? $"Weights '{entry.Name}' for '{entry.Network}' are not in the cache. "
                    + $"{error.Message} Where there is no network, put the file '{entry.FileName}' into "
                    + $"{Path.GetFullPath(folder)}."
                : $"Weights '{entry.Name}' for '{entry.Network}' cannot be fetched: "
                    + $"{error.Message} Get '{entry.FileName}' elsewhere and put it into {Path.GetFullPath(folder)}.",
            error
        )
        {
            Subject = entry.FileName,
        };
}
