using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using Pipeline.Core.Errors;
using Pipeline.Core.Files;

namespace Pipeline.Setup.Cli.Libtorch;

/// <summary>
/// Fetches libtorch's archive and unpacks it beside. The download goes on where it was interrupted; its SHA-256 is recorded at the first one (<c>.sha256</c>) and compared with later ones; a folder appears under its name
/// only when all of it is unpacked.
/// </summary>
/// <param name="cache">Folder for both.</param>
/// <param name="address">Where the archive is.</param>
/// <param name="download">Fetches it. Borrowed.</param>
/// <param name="freeBytes">Free bytes on the disk of a folder; <c>null</c> asks the system.</param>
internal sealed class LibtorchArchive(string cache, Uri address, ResumableDownload download, Func<string, long>? freeBytes = null)
{
    private const string Inside = "libtorch";

    private readonly Func<string, long> freeBytes = freeBytes ?? (folder => new DriveInfo(folder).AvailableFreeSpace);

    /// <summary>The version that everything here was tested with, for the newest CUDA that it was published for; it brings CUDA's libraries, cuBLAS and cuDNN with it.</summary>
    internal static Uri Official { get; } = new("https://download.pytorch.org/libtorch/cu117/libtorch-cxx11-abi-shared-with-deps-1.13.1%2Bcu117.zip");

    private string FileName => Uri.UnescapeDataString(Path.GetFileName(address.AbsolutePath));

    /// <summary>Fetches and unpacks it; an archive that was put there by hand is unpacked.</summary>
    /// <param name="say">Told what happens, a line at a time.</param>
    /// <param name="cancellationToken">Stops; what was fetched is kept.</param>
    /// <exception cref="DeviceException">It cannot be had, is damaged, or has no CUDA.</exception>
    /// <exception cref="DownloadException">The disk is too small.</exception>
    internal async Task<LibtorchFolder> EnsureAsync(Action<string> say, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(cache);
        string archive = Path.GetFullPath(Path.Combine(cache, FileName));
        if (!File.Exists(archive))
        {
            await FetchAsync(archive, say, cancellationToken).ConfigureAwait(false);
        }

        RequireRecorded(archive);
        LibtorchFolder unpacked = Unpack(archive, say);
        say($"The archive is no longer needed: {archive}");
        return unpacked;
    }

    private async Task FetchAsync(string archive, Action<string> say, CancellationToken cancellationToken)
    {
        say($"Fetching libtorch with CUDA, about 2 GB, 4 GB unpacked: {address} to {archive}; licence: BSD-3-Clause, NVIDIA's libraries in it under NVIDIA's terms");
        try
        {
            await download.FetchAsync(address, archive + ".part", say, cancellationToken).ConfigureAwait(false);
        }
        catch (DownloadException error) when (error.InnerException is not null || error.Status is not null)
        {
            throw new DeviceException($"libtorch with CUDA is not on this machine. {error.Message} Where there is no network, put the file '{FileName}' into {Path.GetFullPath(cache)}, or name an unpacked libtorch with CUDA in LIBTORCH; then start again.", error) { Subject = FileName };
        }

        File.Move(archive + ".part", archive);
    }

    private static void RequireRecorded(string archive)
    {
        string record = archive + ".sha256";
        using FileStream stream = File.OpenRead(archive);
        string found = Convert.ToHexStringLower(SHA256.HashData(stream));
        string? recorded = File.Exists(record) ? File.ReadAllText(record).Trim() : null;
        if (recorded is not null && recorded != found)
        {
            throw new DeviceException($"'{archive}' has SHA-256 {found}, expected {recorded}, as recorded at the first download. Delete it to fetch it again, or delete {record} if the new one is meant.") { Subject = archive, Expected = recorded, Found = found };
        }

        AtomicFile.WriteText(record, found + "\n");
    }

    private LibtorchFolder Unpack(string archive, Action<string> say)
    {
        string target = Path.Combine(Path.GetFullPath(cache), Path.GetFileNameWithoutExtension(FileName)), partial = target + ".part";
        try
        {
            using (ZipArchive zip = ZipFile.OpenRead(archive))
            {
                RequireSpace(zip.Entries.Sum(entry => entry.Length));
                say($"Unpacking it to {target}");
                if (Directory.Exists(partial))
                {
                    Directory.Delete(partial, recursive: true);
                }

                zip.ExtractToDirectory(partial);
            }

            LibtorchFolder read = LibtorchFolder.Read(Path.Combine(partial, Inside));
            if (!read.HasCuda)
            {
                throw new DeviceException($"'{archive}' holds libtorch {read.Version} without CUDA. Put a CUDA build there.") { Subject = archive };
            }

            Directory.Move(read.Path, target);
            Directory.Delete(partial);
            return read with { Path = target };
        }
        catch (InvalidDataException error)
        {
            throw new DeviceException($"'{archive}' is damaged: {error.Message} Delete it and its .sha256, and start again.", error) { Subject = archive };
        }
    }

    private void RequireSpace(long needed)
    {
        if (freeBytes(Path.GetFullPath(cache)) is long free && free < needed)
        {
            throw new DownloadException(string.Create(CultureInfo.InvariantCulture, $"Unpacking '{FileName}' takes {needed / 1e6:N0} MB, and the disk of {Path.GetFullPath(cache)} has {free / 1e6:N0} MB left. Free some space and start again.")) { Subject = cache };
        }
    }
}
