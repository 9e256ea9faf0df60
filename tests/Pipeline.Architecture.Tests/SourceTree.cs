using System.Reflection;

namespace Pipeline.Architecture.Tests;

/// <summary>The repository's own files, without outputs and restored packages.</summary>
internal static class SourceTree
{
    private static readonly string[] Folders = ["core", "trainer", "inference", "reports", "tests", "bench", "samples"];

    private static readonly string[] TextFolders = ["docs", "recipes", "build"];

    internal static string Root { get; } =
        Path.GetFullPath(
            typeof(SourceTree)
                .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
                .Single(item => item.Key == "RepositoryRoot")
                .Value
                ?? "."
        );

    internal static IEnumerable<string> Files(string pattern) =>
        Folders
            .Select(folder => Path.Combine(Root, folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories))
            .Where(path => !path.Contains("/node_modules/", StringComparison.Ordinal));

    /// <summary>Every file of a kind that a person writes: code, documents, recipes, the build.</summary>
    internal static IEnumerable<string> Written(string pattern) =>
        Files(pattern)
            .Concat(Directory.EnumerateFiles(Root, pattern))
            .Concat(
                TextFolders.SelectMany(folder =>
                    Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
                )
            )
            .Where(path => !path.Contains("/node_modules/", StringComparison.Ordinal));

    internal static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');
}
