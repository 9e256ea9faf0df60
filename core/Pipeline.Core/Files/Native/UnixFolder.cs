using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pipeline.Core.Files.Native;

/// <summary>Opens folders as Unix does: as files that can be flushed. .NET opens files only.</summary>
internal static partial class UnixFolder
{
    private const int ReadOnly = 0;
    private const int LinuxCloseOnExec = 0x80000,
        MacCloseOnExec = 0x1000000; // O_CLOEXEC of each fcntl.h
    private const int AccessDenied = 13; // EACCES, the same on both

    /// <summary>Waits until the names in a folder are on the disk.</summary>
    /// <param name="folder">An existing folder.</param>
    /// <returns>Whether it could be opened: a folder that may be written but not read cannot.</returns>
    /// <exception cref="IOException">There is no such folder, or the disk refuses.</exception>
    /// <remarks>
    /// POSIX rename(2) and fsync(2): a new name is safe when the folder that holds it has been flushed.
    /// </remarks>
    internal static bool Flush(string folder)
    {
        int closeOnExec = OperatingSystem.IsMacOS() ? MacCloseOnExec : LinuxCloseOnExec;
        using SafeFileHandle handle = Open(folder, ReadOnly | closeOnExec);
        if (handle.IsInvalid)
        {
            int error = Marshal.GetLastPInvokeError();
            return error == AccessDenied
                ? false
                : throw new IOException(
                    $"Folder '{folder}' cannot be flushed to the disk: "
                        + $"{Marshal.GetPInvokeErrorMessage(error)}. Check that it is there and that its disk is well."
                );
        }

        RandomAccess.FlushToDisk(handle); // fsync, on macOS F_FULLFSYNC; a file system without it is no error
        return true;
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial SafeFileHandle Open(string path, int flags);
}
