using System.Runtime.InteropServices;

namespace Pipeline.Trainer.Runs;

/// <summary>Points a link to another folder in one step, so that a reader always finds one of the two.</summary>
internal static partial class RelativeLink
{
    /// <summary>Makes or replaces a link to a folder.</summary>
    /// <param name="link">Path of the link.</param>
    /// <param name="target">What it contains, relative to its own folder.</param>
    /// <exception cref="IOException">The link cannot be made there.</exception>
    internal static void Swap(string link, string target)
    {
        string temporary = $"{link}.{Environment.ProcessId}.tmp";
        File.Delete(temporary);
        Directory.CreateSymbolicLink(temporary, target);
        if (OperatingSystem.IsWindows())
        {
            // No atomic replacement of a directory link there: a reader may find none for a moment
            if (Directory.Exists(link))
            {
                Directory.Delete(link);
            }

            Directory.Move(temporary, link);
            return;
        }

        // File.Move refuses a link to a folder, Directory.Move an existing target
        if (Rename(temporary, link) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            File.Delete(temporary);
            throw new IOException($"Link '{link}' cannot be replaced: {Marshal.GetPInvokeErrorMessage(error)}. Remove what is in its place.");
        }
    }

    [LibraryImport("libc", EntryPoint = "rename", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Rename(string from, string to);
}
