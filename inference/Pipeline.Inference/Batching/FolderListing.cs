using Pipeline.Core.Errors;

namespace Pipeline.Inference.Batching;

/// <summary>Every file below a folder, in an order that depends on the names only.</summary>
public static class FolderListing
{
    /// <summary>Lists a folder and its sub-folders. Nothing is left out: a text file among the images becomes a row with an error, a sub-folder that cannot be read as well.</summary>
    /// <param name="folder">An existing folder.</param>
    /// <returns>Paths that begin with <paramref name="folder"/> as given, in ordinal order. A linked folder is followed unless it leads to one that was already visited.</returns>
    /// <exception cref="DatasetException">The folder does not exist, is a file, or cannot be read.</exception>
    public static IReadOnlyList<string> Files(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder))
        {
            string found = File.Exists(folder) ? "it is a file" : "there is none of that name";
            throw new DatasetException($"Folder '{folder}' cannot be scored: {found}. Give the path of a folder of images.") { Subject = folder };
        }

        var files = new List<string>();
        try
        {
            Visit(folder, files, new HashSet<string>(StringComparer.Ordinal));
            files.Sort(StringComparer.Ordinal);
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            throw new DatasetException($"Folder '{folder}' cannot be read: {error.Message} Check its permissions.", error) { Subject = folder };
        }

        return files;
    }

    private static void Visit(string folder, List<string> files, HashSet<string> visited)
    {
        if (!visited.Add(RealPath(folder)))
        {
            return;
        }

        string[] entries = [.. Directory.EnumerateFileSystemEntries(folder)];
        Array.Sort(entries, StringComparer.Ordinal); // which of two links to one folder is followed must not depend on the disk
        foreach (string entry in entries)
        {
            if (!Directory.Exists(entry))
            {
                files.Add(entry);
                continue;
            }

            try
            {
                Visit(entry, files, visited);
            }
            catch (Exception error) when (error is UnauthorizedAccessException or IOException)
            {
                // Reading it as an image gives the error row that says so.
                files.Add(entry);
            }
        }
    }

    private static string RealPath(string folder) => new DirectoryInfo(folder).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? Path.GetFullPath(folder);
}
