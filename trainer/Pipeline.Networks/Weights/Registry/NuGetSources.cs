using NuGet.Common;
using NuGet.Configuration;
using NuGet.Protocol;
using NuGet.Protocol.Core.Types;
using NuGet.Versioning;

namespace Pipeline.Networks.Weights.Registry;

/// <summary>The package sources and the packages folder that NuGet's own programs would use.</summary>
/// <param name="root">Folder whose <c>NuGet.config</c> files count, its parents' and the user's included.</param>
internal sealed class NuGetSources(string root)
{
    /// <summary>
    /// Where restored packages lie: <c>NUGET_PACKAGES</c>, the configured folder, or <c>~/.nuget/packages</c>.
    /// </summary>
    /// <exception cref="NuGetConfigurationException">A NuGet.config is not readable.</exception>
    internal string PackagesFolder => SettingsUtility.GetGlobalPackagesFolder(Settings.LoadDefaultSettings(root));

    /// <summary>Looks for a package in each source in turn and copies it.</summary>
    /// <param name="file">What is wanted. Borrowed.</param>
    /// <param name="target">Receives the package; it may seek. Borrowed.</param>
    /// <param name="say">Told which source has it.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Nothing when the package was copied, else each source with what it answered.</returns>
    /// <exception cref="NuGetConfigurationException">A NuGet.config is not readable.</exception>
    internal async Task<IReadOnlyList<string>?> CopyAsync(
        NuGetFile file,
        Stream target,
        Action<string> say,
        CancellationToken cancellationToken
    )
    {
        var answers = new List<string>();
        var version = NuGetVersion.Parse(file.Version);
        using var cache = new SourceCacheContext { NoCache = true, DirectDownload = true };
        foreach (
            PackageSource source in new PackageSourceProvider(Settings.LoadDefaultSettings(root))
                .LoadPackageSources()
                .Where(source => source.IsEnabled)
        )
        {
            try
            {
                SourceRepository repository = Repository.Factory.GetCoreV3(source);
                FindPackageByIdResource? packages = await repository
                    .GetResourceAsync<FindPackageByIdResource>(cancellationToken)
                    .ConfigureAwait(false);
                if (
                    packages is not null
                    && await packages
                        .DoesPackageExistAsync(file.Package, version, cache, NullLogger.Instance, cancellationToken)
                        .ConfigureAwait(false)
                )
                {
                    say($"Fetching NuGet package {file.Package} {file.Version} from {source.Source}");
                    target.SetLength(0);
                    if (
                        await packages
                            .CopyNupkgToStreamAsync(
                                file.Package,
                                version,
                                target,
                                cache,
                                NullLogger.Instance,
                                cancellationToken
                            )
                            .ConfigureAwait(false)
                    )
                    {
                        return null;
                    }
                }

                answers.Add($"{source.Source} (does not have it)");
            }
            catch (Exception error)
                when (error is NuGetProtocolException or HttpRequestException or IOException or InvalidDataException)
            {
                answers.Add($"{source.Source} ({error.Message.ReplaceLineEndings(" ").TrimEnd('.')})");
            }
        }

        return answers;
    }
}
