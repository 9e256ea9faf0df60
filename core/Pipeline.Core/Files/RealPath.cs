namespace Pipeline.Core.Files;

/// <summary>The one name of a file or folder behind all links on the way to it.</summary>
public static class RealPath
{
    private const int MostLinks = 40;

    /// <summary>How two real paths are compared here.</summary>
    public static StringComparison Comparison { get; } =
        OperatingSystem.IsWindows() || OperatingSystem.IsMacOS()
            ? StringComparison.OrdinalIgnoreCase
            : StringComparison.Ordinal;

    /// <summary>Follows every link of a path; what does not exist stays as it is written.</summary>
    /// <param name="path">A path.</param>
    /// <returns>An absolute path.</returns>
    public static string Resolve(string path)
    {
        string rest = Path.GetFullPath(path);
        string done = Path.GetPathRoot(rest) ?? string.Empty;
        var left = new Stack<string>(Parts(rest[done.Length..]));
        int links = 0;
        while (left.TryPop(out string? name))
        {
            string next = name == ".." ? Path.GetDirectoryName(done) ?? done : Path.Combine(done, name);
            if (name != ".." && links < MostLinks && LinkOf(next) is { } target)
            {
                links++;
                string root = Path.GetPathRoot(target) ?? string.Empty;
                done = root.Length > 0 ? root : done;
                foreach (string part in Parts(target[root.Length..]))
                {
                    left.Push(part);
                }

                continue;
            }

            done = next;
        }

        return done;
    }

    /// <summary>Whether a path lies in a folder, or is it.</summary>
    /// <param name="path">A path.</param>
    /// <param name="folder">A folder.</param>
    /// <returns>Whether the real path of the one begins with that of the other.</returns>
    public static bool IsWithin(string path, string folder)
    {
        string inner = Path.TrimEndingDirectorySeparator(Resolve(path));
        string outer = Path.TrimEndingDirectorySeparator(Resolve(folder));
        return inner.Equals(outer, Comparison)
            || inner.StartsWith(
                outer.EndsWith(Path.DirectorySeparatorChar) ? outer : outer + Path.DirectorySeparatorChar,
                Comparison
            );
    }

    // The last part first, as a stack takes them.
    private static IEnumerable<string> Parts(string path) =>
        path.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries)
            .Where(part => part != ".")
            .Reverse();

    private static string? LinkOf(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
