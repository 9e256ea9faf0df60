using System.Runtime.InteropServices;

namespace Pipeline.Core.Files;

/// <summary>
/// A second name for one of the folders beside it, such as <c>latest</c>: a relative link, or on Windows, where users
/// lack the right to make links, a file whose text is the folder's name. Readers take both, on every system.
/// </summary>
public static partial class FolderAlias
{
    private const int LongestName = 255; // of a folder, on the usual file systems, in bytes

    /// <summary>
    /// Makes an alias, or points it to another folder: in one step, so that a reader always finds one of the two.
    /// </summary>
    /// <param name="alias">Path of the alias.</param>
    /// <param name="folder">Name of a folder beside it.</param>
    /// <exception cref="IOException">The alias cannot be made there.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to write there.</exception>
    public static void Point(string alias, string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(alias);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (OperatingSystem.IsWindows())
        {
            PointFile(alias, folder);
        }
        else
        {
            PointLink(alias, folder);
        }
    }

    /// <summary>The folder that an alias names.</summary>
    /// <param name="path">Path of the alias.</param>
    /// <returns>Name of the folder beside it; <c>null</c> when the path is no alias.</returns>
    public static string? TargetOf(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new FileInfo(path).LinkTarget ?? NamedIn(path);
    }

    /// <summary>
    /// Follows an alias that is a file, at the end of a path or within it; links are followed by the system.
    /// </summary>
    /// <param name="path">A path, such as <c>artifacts/flowers/latest/model.onnx</c>.</param>
    /// <returns>The path with the folder's own name, or the path as it was.</returns>
    public static string Resolve(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
        {
            return path;
        }

        string rest = string.Empty;
        for (string? alias = path; !string.IsNullOrEmpty(alias); alias = Path.GetDirectoryName(alias))
        {
            if (Path.Exists(alias))
            {
                return NamedIn(alias) is string folder
                    ? Path.Combine(Path.GetDirectoryName(alias) ?? string.Empty, folder, rest)
                    : path;
            }

            rest = Path.Combine(Path.GetFileName(alias), rest);
        }

        return path;
    }

    /// <summary>As Windows has it.</summary>
    internal static void PointFile(string alias, string folder)
    {
        if (new DirectoryInfo(alias).LinkTarget is not null)
        {
            Directory.Delete(alias); // a link of an earlier version, or of another system
        }

        AtomicFile.WriteText(alias, folder + "\n");
    }

    /// <summary>The folder that an alias names which is a file and no link; <c>null</c> for anything else.</summary>
    private static string? NamedIn(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.LinkTarget is not null || file.Length is 0 or > LongestName)
        {
            return null;
        }

        string name = File.ReadAllText(path).Trim();
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? string.Empty;
        bool isName = name.Length > 0 && name is not "." and not ".." && name == Path.GetFileName(name);
        return isName && Directory.Exists(Path.Combine(folder, name)) ? name : null;
    }

    private static void PointLink(string alias, string folder)
    {
        string temporary = $"{alias}.{Environment.ProcessId}.tmp";
        File.Delete(temporary);
        Directory.CreateSymbolicLink(temporary, folder);

        // File.Move refuses a link to a folder, Directory.Move an existing target
        if (Rename(temporary, alias) != 0)
        {
            string reason = Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
            File.Delete(temporary);
            throw new IOException($"Link '{alias}' cannot be replaced: {reason}. Remove what is in its place.");
        }

        FolderFlush.Flush(Path.GetDirectoryName(Path.GetFullPath(alias)) ?? alias);
    }

    [LibraryImport("libc", EntryPoint = "rename", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Rename(string from, string to);
}
