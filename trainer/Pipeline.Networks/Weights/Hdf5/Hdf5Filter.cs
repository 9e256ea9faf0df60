using System.IO.Compression;

namespace Pipeline.Networks.Weights.Hdf5;

/// <summary>The steps that chunks went through when they were written, undone in reverse.</summary>
/// <param name="Id">Number in the registry of filters.</param>
/// <param name="ElementSize">For shuffling: bytes of an element.</param>
internal sealed record Hdf5Filter(int Id, int ElementSize)
{
    private const int Deflate = 1;
    private const int Shuffle = 2;
    private const int Fletcher32 = 3;

    /// <summary>Reads the pipeline.</summary>
    internal static IReadOnlyList<Hdf5Filter> Read(Hdf5Bytes file, Hdf5Cursor? message, string name)
    {
        var filters = new List<Hdf5Filter>();
        if (message is not Hdf5Cursor cursor)
        {
            return filters;
        }

        byte version = cursor.Byte();
        int count = cursor.Byte();
        cursor.Skip(version == 1 ? 6 : 0);
        for (int index = 0; index < count; index++)
        {
            int id = cursor.Short();
            int nameLength = version == 1 || id >= 256 ? cursor.Short() : 0;
            cursor.Skip(2);
            int values = cursor.Short();
            cursor.Skip(version == 1 ? (nameLength + 7) / 8 * 8 : nameLength);
            int first = values > 0 ? (int)Math.Min(cursor.Int(), 1024u) : 1;
            cursor.Skip(4 * Math.Max(0, values - 1));
            cursor.Skip(version == 1 && values % 2 == 1 ? 4 : 0);
            filters.Add(
                id is Deflate or Shuffle or Fletcher32
                    ? new Hdf5Filter(id, first)
                    : throw file.Unsupported(
                        $"data set '{name}' is packed with filter {id}; 1 (deflate), 2 (shuffle) and 3 (fletcher32) "
                            + "are read"
                    )
            );
        }

        return filters;
    }

    /// <summary>Undoes this step.</summary>
    /// <param name="file">For messages.</param>
    /// <param name="data">Its output.</param>
    /// <param name="chunkBytes">Size of a whole chunk, the limit of what comes out.</param>
    /// <returns>Its input.</returns>
    internal ReadOnlyMemory<byte> Undo(Hdf5Bytes file, ReadOnlyMemory<byte> data, int chunkBytes) =>
        Id switch
        {
            Deflate => Inflate(file, data, chunkBytes),
            Shuffle => Unshuffle(data.Span, ElementSize),
            _ => data.Length >= 4 ? data[..^4] : throw file.Damaged("a chunk is shorter than its check sum"),
        };

    private static byte[] Inflate(Hdf5Bytes file, ReadOnlyMemory<byte> data, int chunkBytes)
    {
        try
        {
            using var source = new MemoryStream(data.ToArray(), writable: false);
            using var zlib = new ZLibStream(source, CompressionMode.Decompress);
            var result = new byte[chunkBytes];
            int read = zlib.ReadAtLeast(result, chunkBytes, throwOnEndOfStream: false);
            return read == chunkBytes
                ? result
                : throw file.Damaged($"a chunk unpacks to {read} bytes, expected {chunkBytes}");
        }
        catch (InvalidDataException error)
        {
            throw file.Damaged("a chunk cannot be unpacked", error);
        }
    }

    /// <summary>Bytes that were sorted by their place in an element, put back.</summary>
    private static byte[] Unshuffle(ReadOnlySpan<byte> data, int size)
    {
        var result = new byte[data.Length];
        int count = data.Length / Math.Max(1, size);
        for (int element = 0; element < count; element++)
        {
            for (int part = 0; part < size; part++)
            {
                result[(element * size) + part] = data[(part * count) + element];
            }
        }

        data[(count * size)..].CopyTo(result.AsSpan(count * size));
        return result;
    }
}
