using System.Text;

namespace Pipeline.Core.Files;

/// <summary>
/// Writes whole files so that a reader never sees half of one: a temporary name in the same folder, flushed to the
/// disk, then renamed over the target, then the folder flushed, so that a power cut does not take the new name back.
/// A failure or a cancellation leaves the old file as it was and removes the temporary one; a killed process leaves at
/// most a hidden <c>.name.*.tmp</c> beside it.
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
    public static void Write(string path, Action<Stream> write) => Write(path, write, FolderFlush.Flush);

    /// <summary>
    /// As <see cref="Write(string, Action{Stream})"/>, with the flush of folders told what it would flush.
    /// </summary>
    internal static void Write(string path, Action<Stream> write, Action<string> flushFolder)
    {
        ArgumentNullException.ThrowIfNull(write);
        (string target, string temporary) = Prepare(path, flushFolder);
        try
        {
            using (FileStream stream = Create(temporary))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            Move(temporary, target, flushFolder);
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
    /// <param name="cancellationToken">
    /// Passed to <paramref name="write"/>; when it fires, nothing is left behind.
    /// </param>
    /// <returns>A task that ends when the file stands in its place.</returns>
    /// <exception cref="IOException">The folder or the file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to write there.</exception>
    public static Task WriteAsync(
        string path,
        Func<Stream, CancellationToken, Task> write,
        CancellationToken cancellationToken = default
    ) => WriteAsync(path, write, FolderFlush.Flush, cancellationToken);

    /// <summary>As the other one, with the flush of folders told what it would flush.</summary>
    internal static async Task WriteAsync(
        string path,
        Func<Stream, CancellationToken, Task> write,
        Action<string> flushFolder,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(write);
        (string target, string temporary) = Prepare(path, flushFolder);
        try
        {
            FileStream stream = Create(temporary);
            await using (stream.ConfigureAwait(false))
            {
                await write(stream, cancellationToken).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                stream.Flush(flushToDisk: true);
            }

            Move(temporary, target, flushFolder);
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

    /// <summary>
    /// Adds text to a file that is there, UTF-8, and waits until it is on the disk. A kill or a power cut may leave a
    /// part of it.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="text">What comes at its end; line ends are written as given.</param>
    /// <exception cref="IOException">The file is not there or cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to write there.</exception>
    public static void AppendText(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.Read);
        stream.Seek(0, SeekOrigin.End);
        stream.Write(Utf8.GetBytes(text));
        stream.Flush(flushToDisk: true);
    }

    /// <summary>
    /// Gives a finished file its final name, in place of one that has it, and waits until the name is on the disk. The
    /// content must have been flushed.
    /// </summary>
    /// <param name="from">The file, on the same disk; gone afterwards.</param>
    /// <param name="to">Its final path.</param>
    /// <exception cref="IOException">The file is missing, or cannot be renamed there.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to write there.</exception>
    public static void Move(string from, string to) => Move(from, to, FolderFlush.Flush);

    /// <summary>As <see cref="Move(string, string)"/>, with the flush of folders told what it would flush.</summary>
    internal static void Move(string from, string to, Action<string> flushFolder)
    {
#pragma warning disable RS0030 // The one place that may: it flushes the folders afterwards
        File.Move(from, to, overwrite: true);
#pragma warning restore RS0030
        string target = FolderOf(to),
            source = FolderOf(from);
        flushFolder(target);
        if (source != target)
        {
            flushFolder(source); // else the file may have two names, or come back under the old one
        }
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) ?? path;

    private static (string Target, string Temporary) Prepare(string path, Action<string> flushFolder)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string target = Path.GetFullPath(path);
        if (Directory.Exists(target))
        {
            throw new IOException($"Cannot write the file '{path}': a folder of that name is in the way.");
        }

        string folder =
            Path.GetDirectoryName(target)
            ?? throw new IOException($"Cannot write the file '{path}': it names no file.");
        if (File.Exists(folder))
        {
            throw new IOException($"Cannot write the file '{path}': '{folder}' is a file, not a folder.");
        }

        FolderFlush.Create(folder, flushFolder);
        return (target, Path.Combine(folder, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.tmp"));
    }

    private static FileStream Create(string temporary) =>
        new(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 1 << 16);

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
