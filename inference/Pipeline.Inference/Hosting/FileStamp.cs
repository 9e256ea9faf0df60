using Pipeline.Core.Files;

namespace Pipeline.Inference.Hosting;

/// <summary>
/// By what a replaced file is known: its length and the time of its last change, both of the file at the end of all
/// links.
/// </summary>
/// <param name="Length">In bytes.</param>
/// <param name="ChangedUtc">Time of the last change.</param>
internal readonly record struct FileStamp(long Length, DateTime ChangedUtc)
{
    /// <summary>Looks at a file.</summary>
    /// <param name="path">Its path.</param>
    /// <returns><c>null</c> when there is no readable file at the moment.</returns>
    internal static FileStamp? Read(string path)
    {
        try
        {
            using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(
                FolderAlias.Resolve(path),
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete
            );
            return new FileStamp(RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
