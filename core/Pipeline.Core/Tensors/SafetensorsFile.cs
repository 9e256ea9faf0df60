using Pipeline.Core.Errors;

namespace Pipeline.Core.Tensors;

/// <summary>
/// A safetensors file: 8 bytes little-endian header length, a JSON header of names, types, shapes and offsets, then the
/// raw bytes. It cannot carry code.
/// </summary>
/// <remarks>
/// Format: the safetensors specification of Hugging Face. Written here with keys in ordinal order and offsets in that
/// order, so equal tensors give equal files.
/// </remarks>
public sealed class SafetensorsFile
{
    /// <summary>Largest header that is believed: the reference implementation's limit.</summary>
    internal const int MaxHeaderBytes = 100_000_000;

    /// <summary>Makes the content of a file.</summary>
    /// <param name="tensors">The tensors. Borrowed.</param>
    /// <param name="metadata">The header's <c>__metadata__</c>; written in ordinal key order. Borrowed.</param>
    public SafetensorsFile(WeightSet tensors, IReadOnlyDictionary<string, string> metadata)
    {
        Tensors = tensors;
        Metadata = metadata;
    }

    /// <summary>The tensors by name.</summary>
    public WeightSet Tensors { get; }

    /// <summary>The header's <c>__metadata__</c>: string to string.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Reads a whole file into memory.</summary>
    /// <param name="path">Path of the file, at most 2 GiB.</param>
    /// <returns>Its content; the tensors share one buffer.</returns>
    /// <exception cref="WeightsException">
    /// The file is missing, truncated or no such file; the message names the first fault.
    /// </exception>
    public static SafetensorsFile Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new WeightsException(
                $"Safetensors file '{path}' {(Directory.Exists(path) ? "is a folder" : "does not exist")}. "
                    + "Give the path of a .safetensors file."
            )
            {
                Subject = path,
            };
        }

        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new WeightsException(
                $"Safetensors file '{path}' cannot be read: {error.Message} Check its permissions.",
                error
            )
            {
                Subject = path,
            };
        }

        return Parse(bytes, path);
    }

    /// <summary>Reads the content of a file.</summary>
    /// <param name="bytes">The whole file. Borrowed: the tensors are views of it.</param>
    /// <param name="path">Name for messages.</param>
    /// <returns>The content.</returns>
    /// <exception cref="WeightsException">The bytes are truncated or no such file.</exception>
    public static SafetensorsFile Parse(ReadOnlyMemory<byte> bytes, string path)
    {
        int headerBytes = SafetensorsIndex.HeaderBytes(
            bytes.Span[..Math.Min(bytes.Length, SafetensorsIndex.LengthBytes)],
            bytes.Length,
            path
        );
        int dataStart = SafetensorsIndex.LengthBytes + headerBytes;
        SafetensorsIndex index = SafetensorsHeader.Read(
            bytes[SafetensorsIndex.LengthBytes..dataStart],
            dataStart,
            bytes.Length,
            path
        );
        return new SafetensorsFile(new WeightSet(index.Entries.Select(ToTensor)), index.Metadata);

        TensorData ToTensor(SafetensorsEntry entry) =>
            new(
                entry.Name,
                entry.ElementType,
                entry.Shape,
                bytes.Slice(dataStart + (int)entry.Start, (int)entry.ByteCount)
            );
    }

    /// <summary>Writes the file.</summary>
    /// <param name="output">Receives the bytes. Borrowed.</param>
    public void Write(Stream output)
    {
        var entries = new List<SafetensorsEntry>();
        long start = 0;
        foreach (TensorData tensor in Tensors)
        {
            entries.Add(
                new SafetensorsEntry(tensor.Name, tensor.ElementType, tensor.Shape, start, tensor.Bytes.Length)
            );
            start += tensor.Bytes.Length;
        }

        output.Write(new SafetensorsIndex(entries, Metadata).ToBytes());
        foreach (TensorData tensor in Tensors)
        {
            output.Write(tensor.Bytes.Span);
        }
    }

    internal static WeightsException Fault(string path, string fault, Exception? inner = null) =>
        new($"Safetensors file '{path}' is damaged: {fault}. Fetch or write it again.", inner)
        {
            Subject = path,
            Found = fault,
        };
}
