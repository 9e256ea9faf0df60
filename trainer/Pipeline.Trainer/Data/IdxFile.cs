using System.Buffers.Binary;
using System.IO.Compression;
using Pipeline.Core.Errors;

namespace Pipeline.Trainer.Data;

/// <summary>
/// Reads a file in the IDX format of MNIST, gzip-compressed or not: unsigned bytes with one or three dimensions, item
/// by item.
/// </summary>
/// <remarks>
/// Format: two zero bytes, the type (8 for unsigned bytes), the number of dimensions, then the sizes as big-endian
/// 32-bit integers, then the data (LeCun, Cortes and Burges, the MNIST database).
/// </remarks>
internal sealed class IdxFile : IDisposable
{
    private const int UnsignedByte = 8;
    private readonly string path;
    private readonly Stream stream;

    /// <summary>Opens a file.</summary>
    /// <param name="path">Its path; one that ends with <c>.gz</c> is decompressed.</param>
    /// <param name="dimensions">Dimensions that it must have.</param>
    /// <exception cref="DatasetException">The file cannot be read or is no such file.</exception>
    internal IdxFile(string path, int dimensions)
    {
        this.path = path;
        stream = Open(path);
        try
        {
            Span<byte> header = stackalloc byte[4];
            Fill(header);
            if (header[0] != 0 || header[1] != 0 || header[2] != UnsignedByte || header[3] != dimensions)
            {
                throw Fault(
                    $"it starts with {Convert.ToHexStringLower(header)}, expected 00000{UnsignedByte}0{dimensions}"
                );
            }

            var sizes = new int[dimensions];
            for (int index = 0; index < dimensions; index++)
            {
                Fill(header);
                sizes[index] = BinaryPrimitives.ReadInt32BigEndian(header);
                if (sizes[index] is < 1 or > 100_000_000 || (index > 0 && sizes[index] > 8192))
                {
                    throw Fault($"dimension {index} has size {sizes[index]}");
                }
            }

            Sizes = sizes;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Number of items, then their height and width.</summary>
    internal IReadOnlyList<int> Sizes { get; }

    /// <summary>Reads the next bytes.</summary>
    /// <param name="destination">Filled whole.</param>
    /// <exception cref="DatasetException">The file ends before that, or is damaged.</exception>
    internal void Fill(Span<byte> destination)
    {
        try
        {
            stream.ReadExactly(destination);
        }
        catch (Exception error) when (error is EndOfStreamException or InvalidDataException or IOException)
        {
            throw Fault(error is EndOfStreamException ? "it ends too early" : error.Message, error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    private static Stream Open(string path)
    {
        try
        {
            FileStream file = File.OpenRead(path);
            return path.EndsWith(".gz", StringComparison.Ordinal)
                ? new GZipStream(file, CompressionMode.Decompress)
                : new BufferedStream(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"IDX file '{path}' cannot be read: {error.Message} Fetch it again.", error)
            {
                Subject = path,
            };
        }
    }

    private DatasetException Fault(string fault, Exception? inner = null) =>
        new($"IDX file '{path}' is damaged: {fault}. Fetch it again.", inner) { Subject = path, Found = fault };
}
