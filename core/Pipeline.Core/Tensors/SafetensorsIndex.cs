using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using Pipeline.Core.Errors;

namespace Pipeline.Core.Tensors;

/// <summary>
/// The header of a safetensors file: what is in it and where, without the data. For files that are read piece by piece.
/// </summary>
/// <param name="Entries">The tensors in the order of their data; every byte of the data belongs to exactly one.</param>
/// <param name="Metadata">The header's <c>__metadata__</c>.</param>
public sealed record SafetensorsIndex(
    IReadOnlyList<SafetensorsEntry> Entries,
    IReadOnlyDictionary<string, string> Metadata
)
{
    /// <summary>Bytes of the header's length, before the header.</summary>
    internal const int LengthBytes = 8;

    /// <summary>First byte of the data in the file that was read; 0 for an index that was made.</summary>
    public long DataStart { get; init; }

    /// <summary>Reads the header of a file.</summary>
    /// <param name="path">Path of the file.</param>
    /// <returns>The index.</returns>
    /// <exception cref="WeightsException">The file is truncated or no such file.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SafetensorsIndex Read(string path)
    {
        using SafeFileHandle file = File.OpenHandle(path);
        return Read(file, path);
    }

    /// <summary>Reads the header of an open file.</summary>
    /// <param name="file">The file. Borrowed for the call.</param>
    /// <param name="path">Its name for messages.</param>
    /// <returns>The index.</returns>
    /// <exception cref="WeightsException">The file is truncated or no such file.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SafetensorsIndex Read(SafeFileHandle file, string path)
    {
        long fileBytes = RandomAccess.GetLength(file);
        var length = new byte[LengthBytes];
        RandomAccess.Read(file, length, 0);
        var header = new byte[HeaderBytes(length.AsSpan(0, (int)Math.Min(fileBytes, LengthBytes)), fileBytes, path)];
        int read = 0;
        while (
            read < header.Length && RandomAccess.Read(file, header.AsSpan(read), LengthBytes + read) is > 0 and int more
        )
        {
            read += more;
        }

        return SafetensorsHeader.Read(header, LengthBytes + header.Length, fileBytes, path);
    }

    /// <summary>
    /// The beginning of a file with these entries: the header's length and the header, padded with spaces. The data
    /// follows.
    /// </summary>
    /// <param name="minBytes">
    /// Smallest number of bytes: for a writer who keeps room and learns the entries last.
    /// </param>
    /// <returns>A multiple of 8 bytes.</returns>
    public byte[] ToBytes(int minBytes = 0)
    {
        byte[] header = SafetensorsHeader.Write(this);
        int length = Math.Max(header.Length, minBytes - LengthBytes);
        length += (LengthBytes - (length % LengthBytes)) % LengthBytes;
        var bytes = new byte[LengthBytes + length];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)length);
        bytes.AsSpan(LengthBytes).Fill((byte)' ');
        header.CopyTo(bytes, LengthBytes);
        return bytes;
    }

    /// <summary>Finds a tensor.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Where it lies; <c>null</c> when it is not there.</returns>
    public SafetensorsEntry? Find(string name) => Entries.FirstOrDefault(entry => entry.Name == name);

    /// <summary>Size of the header, checked against the file's.</summary>
    /// <param name="length">The file's first eight bytes, fewer if it has no more.</param>
    /// <param name="fileBytes">Size of the file.</param>
    /// <param name="path">Its name for messages.</param>
    internal static int HeaderBytes(ReadOnlySpan<byte> length, long fileBytes, string path)
    {
        if (length.Length < LengthBytes)
        {
            throw SafetensorsFile.Fault(path, $"it has {fileBytes} bytes, expected at least {LengthBytes}");
        }

        ulong headerBytes = BinaryPrimitives.ReadUInt64LittleEndian(length);
        return headerBytes > SafetensorsFile.MaxHeaderBytes || headerBytes > (ulong)(fileBytes - LengthBytes)
            ? throw SafetensorsFile.Fault(
                path,
                $"its header claims {headerBytes} bytes and {fileBytes - LengthBytes} follow"
            )
            : (int)headerBytes;
    }
}
