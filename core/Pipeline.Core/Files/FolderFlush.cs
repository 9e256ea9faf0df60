using Pipeline.Core.Files.Native;

namespace Pipeline.Core.Files;

/// <summary>
/// Brings a folder's names to the disk. A file's own flush does not: after a power cut a renamed file may stand under
/// its old name, or a new folder may be missing.
/// </summary>
public static class FolderFlush
{
    /// <summary>
    /// Waits until the names in a folder are on the disk. Does nothing on Windows, whose NTFS writes names through its
    /// journal and offers no such call to a user without special rights.
    /// </summary>
    /// <param name="folder">An existing folder. One that may be written but not read is left to the system.</param>
    /// <exception cref="IOException">There is no such folder, or the disk refuses.</exception>
    public static void Flush(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!OperatingSystem.IsWindows())
        {
            UnixFolder.Flush(folder);
        }
    }

    /// <summary>Makes a folder and those above it, and waits until their names are on the disk.</summary>
    /// <param name="folder">The folder; nothing happens when it is there.</param>
    /// <exception cref="IOException">A file is in the way, or the disk refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to make it.</exception>
    public static void Create(string folder) => Create(folder, Flush);

    /// <summary>As <see cref="Create(string)"/>, with the flush told what it would flush.</summary>
    internal static void Create(string folder, Action<string> flush)
    {
        string? existing = Path.GetFullPath(folder);
        var made = new Stack<string>();
        while (existing is not null && !Directory.Exists(existing))
        {
            existing = Path.GetDirectoryName(existing);
            made.Push(existing ?? string.Empty);
        }

        Directory.CreateDirectory(folder);
        foreach (string parent in made.Where(parent => parent.Length > 0))
        {
            flush(parent);
        }
    }
}
