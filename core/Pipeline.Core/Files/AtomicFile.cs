using System.Text;

namespace Pipeline.Core.Files;

/// <summary>
/// Writes whole files so that a reader never sees half of one: a temporary name in the same folder, flushed to the disk, then renamed over the target. A failure or a cancellation
/// leaves the old file as it was and removes the temporary one; a killed process leaves at most a hidden <c>.name.*.tmp</c> beside it.
/// </summary>
public static class AtomicFile
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Writes a file through a stream.</summary>
    /// <param name="path">The file to make or replace; its folder is created when it is missing.</param>
    /// <param name="write">Writes the content. The stream is borrowed for the call; it may seek.</param>
    /// <exception cref="IOException">The folder or the file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to write there.</exception>
    /// <remarks>Whatever <paramref name="write"/> throws comes out unchanged.</remarks>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        (string target, string temporary) = Prepare(path);
        try
        {
            using (FileStream stream = Create(temporary))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            DeleteIfThere(temporary);
            throw;
        }
    }

    /// <summary>Writes a file through a stream, for content that arrives over time.</summary>
    /// <param name="path">The file to make or replace; its folder is created when it is missing.</param>
    /// <param name="write">Writes the content. The stream is borrowed until the task ends; it may seek.</param>
    /// <param name="cancellationToken">Passed to <paramref name="write"/>; when it fires, nothing is left behind.</param>
    /// <returns>A task that ends when the file stands in its place.</returns>
    /// <exception cref="IOException">The folder or the file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to write there.</exception>
    public static async Task WriteAsync(string path, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(write);
        (string target, string temporary) = Prepare(path);
        try
        {
            FileStream stream = Create(temporary);
            await using (stream.ConfigureAwait(false))
            {
                await write(stream, cancellationToken).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            DeleteIfThere(temporary);
            throw;
        }
    }

    /// <summary>Writes a text file, UTF-8 without a byte order mark.</summary>
    /// <param name="path">The file to make or replace; its folder is created when it is missing.</param>
    /// <param name="text">The whole content; line ends are written as given.</param>
    /// <exception cref="IOException">The folder or the file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to write there.</exception>
    public static void WriteText(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Write(path, stream => stream.Write(Utf8.GetBytes(text)));
    }

    private static (string Target, string Temporary) Prepare(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string target = Path.GetFullPath(path);
        if (Directory.Exists(target))
        {
            throw new IOException($"Cannot write the file '{path}': a folder of that name is in the way.");
        }

        string folder = Path.GetDirectoryName(target) ?? throw new IOException($"Cannot write the file '{path}': it names no file.");
        if (File.Exists(folder))
        {
            throw new IOException($"Cannot write the file '{path}': '{folder}' is a file, not a folder.");
        }

        Directory.CreateDirectory(folder);
        return (target, Path.Combine(folder, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.tmp"));
    }

    private static FileStream Create(string temporary) => new(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 1 << 16);

    private static void DeleteIfThere(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The failure that brought us here is the one to report; a hidden leftover harms nobody.
        }
    }
}
