using System.IO.Compression;
using System.Reflection;
using System.Xml.Linq;

namespace Pipeline.EndToEnd.Tests.Packaging;

/// <summary>Reads packages: the one that the target <c>pack</c> made, and what is inside.</summary>
internal static class PackedFile
{
    /// <summary>Path of the package of the local route.</summary>
    internal static string Bundled
    {
        get
        {
            string folder = Path.GetFullPath(Metadata("Packages"));
            return Assert.Single(Directory.Exists(folder) ? Directory.GetFiles(folder, "Pipeline.Inference.Bundled.*.nupkg") : []);
        }
    }

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
        using Stream stream = archive.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        XElement[] elements = [.. XDocument.Load(stream).Descendants()];
        return (
            elements.Single(element => element.Name.LocalName == "id").Value,
            elements.Where(element => element.Name.LocalName == "dependency").ToDictionary(element => Attribute(element, "id"), element => Attribute(element, "version"), StringComparer.Ordinal));
    }

    private static string Attribute(XElement element, string name) => element.Attribute(name)?.Value ?? string.Empty;

    private static string Metadata(string key) => typeof(PackedFile).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == key).Value ?? ".";
}
