using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Pipeline.Core.Errors;

namespace Pipeline.Core.Imaging.Decoding;

/// <summary>The bytes of one file in pooled memory. Owned by the reader, who disposes it.</summary>
internal sealed class EncodedFile : IDisposable
{
    private readonly MemoryBudget.Share share;
    private readonly byte[] buffer;
    private readonly int length;

    private EncodedFile(MemoryBudget.Share takenShare, byte[] buffer, int length)
    {
        share = takenShare;
        this.buffer = buffer;
        this.length = length;
    }

    /// <summary>The file. Borrowed; not to be kept after <see cref="Dispose"/>.</summary>
    internal ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, length);

    /// <summary>Reads a file whole.</summary>
    /// <param name="path">Path of the file.</param>
    /// <returns>Its bytes. Owned by the caller.</returns>
    /// <exception cref="ImageDecodeException">It is missing, unreadable or too large.</exception>
    internal static EncodedFile Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            RequireBytes(path);
            using SafeFileHandle file = File.OpenHandle(path, options: FileOptions.SequentialScan);
            long size = RandomAccess.GetLength(file);
            ImageLimits.CheckFile(size, path);
            return Read(file, (int)size);
        }
        catch (Exception error)
            when (error is FileNotFoundException or DirectoryNotFoundException
                && path.Contains('\uFFFD', StringComparison.Ordinal)
            )
        {
            throw new ImageDecodeException(
                $"Image '{path}' cannot be opened: its name holds bytes that are no UTF-8. Rename it.",
                error
            )
            {
                Subject = path,
            };
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ImageDecodeException(
                $"Image '{path}' does not exist. Check the path, or remove it from the list.",
                error
            )
            {
                Subject = path,
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ImageDecodeException(
                $"Image '{path}' cannot be read: {error.Message.ReplaceLineEndings(" ")} Check its permissions.",
                error
            )
            {
                Subject = path,
            };
        }
    }

    private static EncodedFile Read(SafeFileHandle file, int size)
    {
        MemoryBudget.Share share = MemoryBudget.Files.Take(size);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            int length = 0;
            int read;
            while (length < size && (read = RandomAccess.Read(file, buffer.AsSpan(length, size - length), length)) > 0)
            {
                length += read;
            }

            return new EncodedFile(share, buffer, length);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            share.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Refuses what has no bytes before it is opened: a pipe and a device look like that too, and reading one would
    /// wait for ever.
    /// </summary>
    private static void RequireBytes(string path)
    {
        if (Directory.Exists(path))
        {
            throw new ImageDecodeException($"Image '{path}' is a folder, expected a file. Remove it from the list.")
            {
                Subject = path,
            };
        }

        if (new FileInfo(path) is { Exists: true, Length: 0 })
        {
            throw new ImageDecodeException(
                $"Image '{path}' is empty (0 bytes), or no plain file. Copy it again, or remove it."
            )
            {
                Subject = path,
            };
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        share.Dispose();
    }
}
