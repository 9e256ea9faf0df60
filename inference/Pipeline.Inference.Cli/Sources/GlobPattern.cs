using Microsoft.Extensions.FileSystemGlobbing;
using Pipeline.Core.Errors;
using Pipeline.Inference.Batching;

namespace Pipeline.Inference.Cli.Sources;

/// <summary>
/// Files by a pattern: <c>*</c> stands for any part of one name, <c>**</c> for any number of folders. Case counts. The
/// folder walk is our own, because it ends at links that lead in a circle and has a fixed order; the matching is
/// Microsoft.Extensions.FileSystemGlobbing's.
/// </summary>
internal static class GlobPattern
{
    /// <summary>Whether a text is a pattern.</summary>
    /// <param name="text">What was given.</param>
    /// <returns>Whether it has a <c>*</c>.</returns>
    internal static bool IsPattern(string text) => text.Contains('*', StringComparison.Ordinal);

    /// <summary>What stands in front of the first name with a <c>*</c>.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <returns>A folder with its separator; empty for the current one.</returns>
    internal static string PrefixOf(string pattern) =>
        pattern[..(pattern.LastIndexOf('/', pattern.IndexOf('*', StringComparison.Ordinal)) + 1)];

    /// <summary>The files that match.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <returns>Paths that begin as the pattern does, in ordinal order.</returns>
    /// <exception cref="DatasetException">
    /// The folder in front of the first <c>*</c> does not exist, or nothing matches.
    /// </exception>
    internal static IEnumerable<string> Files(string pattern)
    {
        string prefix = PrefixOf(pattern);
        string rest = pattern[prefix.Length..];
        var matcher = new Matcher(StringComparison.Ordinal);
        matcher.AddInclude(rest);
        int depth = rest.Contains("**", StringComparison.Ordinal) ? int.MaxValue : rest.Count(letter => letter == '/');
        string folder = prefix.Length == 0 ? "./" : prefix;
        IEnumerable<string> files = FolderListing
            .Enumerate(folder, depth)
            .Select(path => path[folder.Length..])
            .Where(path => matcher.Match(path).HasMatches)
            .Select(path => prefix + path);
        return files.Any()
            ? files
            : throw new DatasetException(
                $"No file matches the pattern '{pattern}'. Check it; '**' stands for any number of folders, "
                    + "and case counts."
            )
            {
                Subject = pattern,
            };
    }
}
