using System.IO.Enumeration;
using Pipeline.Core.Errors;

namespace Pipeline.Inference.Batching;

/// <summary>Every file below a folder, in an order that depends on the names only.</summary>
public static class FolderListing
{
    private static readonly EnumerationOptions Everything = new()
    {
        AttributesToSkip = FileAttributes.None,
        IgnoreInaccessible = false,
        ReturnSpecialDirectories = false,
    };

    /// <summary>
    /// Lists a folder and its sub-folders. Nothing is left out: a text file among the images becomes a row with an
    /// error, a sub-folder that cannot be read as well.
    /// </summary>
    /// <param name="folder">An existing folder.</param>
    /// <returns>
    /// Paths that begin with <paramref name="folder"/> as given, in ordinal order. A linked folder is followed unless
    /// it leads to one that was already visited.
    /// </returns>
    /// <exception cref="DatasetException">The folder does not exist, is a file, or cannot be read.</exception>
    public static IReadOnlyList<string> Files(string folder) => [.. Enumerate(folder)];

    /// <summary>
    /// The same files one by one, for folders whose list should not be held. What is held are the names in the folders
    /// from <paramref name="folder"/> to the current one.
    /// </summary>
    /// <param name="folder">An existing folder.</param>
    /// <returns>The paths of <see cref="Files"/>, in its order; can be enumerated again.</returns>
    /// <exception cref="DatasetException">
    /// The folder does not exist, is a file, or cannot be read; thrown by this call, not by the enumeration.
    /// </exception>
    public static IEnumerable<string> Enumerate(string folder) => Enumerate(folder, int.MaxValue);

    /// <summary>The files down to a depth.</summary>
    /// <param name="folder">An existing folder.</param>
    /// <param name="depth">Levels of sub-folders that are entered; 0 for the files of the folder itself.</param>
    /// <returns>Paths in ordinal order.</returns>
    /// <exception cref="DatasetException">
    /// The folder does not exist, is a file, or cannot be read; thrown by this call, not by the enumeration.
    /// </exception>
    public static IEnumerable<string> Enumerate(string folder, int depth)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder))
        {
            string found = File.Exists(folder) ? "it is a file" : "there is none of that name";
            throw new DatasetException(
                $"Folder '{folder}' cannot be scored: {found}. Give the path of a folder of images."
            )
            {
                Subject = folder,
            };
        }

        try
        {
            return Walk(folder, Names(folder), depth);
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            throw new DatasetException(
                $"Folder '{folder}' cannot be read: {error.Message} Check its permissions.",
                error
            )
            {
                Subject = folder,
            };
        }
    }

    private static IEnumerable<string> Walk(string folder, string[] names, int depth)
    {
        string realRoot = RealPath(folder);
        var visited = new HashSet<string>(StringComparer.Ordinal) { realRoot };
        var open = new Stack<Level>([new Level(folder, realRoot, names)]);
        while (open.TryPeek(out Level? level))
        {
            if (level.Next == level.Names.Length)
            {
                open.Pop();
                continue;
            }

            string name = level.Names[level.Next++];
            string path = Path.Join(level.Folder, name);
            if (!Path.EndsInDirectorySeparator(name))
            {
                yield return path;
                continue;
            }

            if (open.Count > depth)
            {
                continue;
            }

            path = Path.TrimEndingDirectorySeparator(path);
            string real = new DirectoryInfo(path).LinkTarget is null
                ? Path.Join(level.Real, Path.GetFileName(path))
                : RealPath(path);
            if (!visited.Add(real))
            {
                continue;
            }

            if (TryNames(path) is { } inside)
            {
                open.Push(new Level(path, real, inside));
            }
            else
            {
                yield return path; // reading it as an image gives the error row that says so
            }
        }
    }

    private static string[]? TryNames(string folder)
    {
        try
        {
            return Names(folder);
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            return null;
        }
    }

    /// <summary>
    /// Names in one folder, those of folders with a separator behind: sorted like this, a walk from first to last meets
    /// whole paths in ordinal order.
    /// </summary>
    private static string[] Names(string folder)
    {
        string[] names =
        [
            .. new FileSystemEnumerable<string>(
                folder,
                static (ref FileSystemEntry entry) =>
                    entry.IsDirectory
                        ? string.Concat(entry.FileName, [Path.DirectorySeparatorChar])
                        : entry.FileName.ToString(),
                Everything
            ),
        ];
        Array.Sort(names, StringComparer.Ordinal);
        return names;
    }

    /// <summary>The path without any link in it, so that one folder has one name however it was reached.</summary>
    private static string RealPath(string path)
    {
        string full = Path.GetFullPath(path);
        string real = Path.GetPathRoot(full) ?? string.Empty;
        foreach (
            string part in full[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries)
        )
        {
            string next = Path.Join(real, part);
            real = new DirectoryInfo(next).LinkTarget is { } target ? RealPath(Path.Combine(real, target)) : next;
        }

        return real;
    }

    /// <summary>A folder that the walk is inside of.</summary>
    private sealed class Level(string folder, string real, string[] names)
    {
        internal string Folder => folder;

        internal string Real => real;

        internal string[] Names => names;

        internal int Next { get; set; }
    }
}
