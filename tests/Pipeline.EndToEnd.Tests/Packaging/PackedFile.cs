using System.IO.Compression;
using System.Reflection;
using System.Xml.Linq;

namespace Pipeline.EndToEnd.Tests.Packaging;

/// <summary>Reads the packages that the target <c>pack</c> made.</summary>
internal static class PackedFile
{
    /// <summary>Folder of the packages that the target <c>pack</c> made.</summary>
    internal static string Folder => Path.GetFullPath(Metadata("Packages"));

    /// <summary>Version of the packages.</summary>
    internal static string Version =>
        Path.GetFileNameWithoutExtension(Find("Pipeline.Core"))["Pipeline.Core.".Length..];

    /// <summary>Path of a package.</summary>
    /// <param name="id">Its id.</param>
    internal static string Find(string id) =>
        Assert.Single(
            Directory.Exists(Folder)
                ? Directory
                    .GetFiles(Folder, $"{id}.*.nupkg")
                    .Where(path => char.IsAsciiDigit(Path.GetFileName(path)[id.Length + 1]))
                : []
        );

    /// <summary>
    /// A NuGet.config that adds the packages to the sources there are; a package made again keeps its version, so it
    /// has a cache of its own.
    /// </summary>
    internal static string NuGetConfig =>
        $"""
            <configuration>
              <packageSources><add key="packed" value="{Folder}" /></packageSources>
            </configuration>
            """;

    /// <summary>Root of this repository.</summary>
    internal static string Repository => Metadata("Repository");

    /// <summary>Names of all files in a package.</summary>
    internal static string[] Files(string package)
    {
        using ZipArchive archive = ZipFile.OpenRead(package);
        return [.. archive.Entries.Select(entry => entry.FullName)];
    }

    /// <summary>The id of a package and what it depends on, as its nuspec says.</summary>
    internal static (string Id, Dictionary<string, string> Dependencies) Nuspec(string package)
    {
        using ZipArchive archive = ZipFile.OpenRead(package);
        using Stream stream = archive
            .Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal))
            .Open();
        XElement[] elements = [.. XDocument.Load(stream).Descendants()];
        return (
            elements.Single(element => element.Name.LocalName == "id").Value,
            elements
                .Where(element => element.Name.LocalName == "dependency")
                .ToDictionary(
                    element => Attribute(element, "id"),
                    element => Attribute(element, "version"),
                    StringComparer.Ordinal
                )
        );
    }

    private static string Attribute(XElement element, string name) => element.Attribute(name)?.Value ?? string.Empty;

    private static string Metadata(string key) =>
        typeof(PackedFile)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(item => item.Key == key)
            .Value
        ?? ".";
}
