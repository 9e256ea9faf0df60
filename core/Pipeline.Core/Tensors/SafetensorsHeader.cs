using System.Text.Json;

namespace Pipeline.Core.Tensors;

/// <summary>The JSON header of a safetensors file.</summary>
internal static class SafetensorsHeader
{
    private const string MetadataKey = "__metadata__";

    /// <summary>
    /// Reads names, types, shapes and offsets; every byte of the data must belong to exactly one tensor.
    /// </summary>
    internal static SafetensorsIndex Read(ReadOnlyMemory<byte> header, long dataStart, long fileBytes, string path)
    {
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var entries = new List<SafetensorsEntry>();
        long dataBytes = fileBytes - dataStart;
        try
        {
            using JsonDocument document = JsonDocument.Parse(header);
            foreach (JsonProperty entry in document.RootElement.EnumerateObject())
            {
                if (entry.Name == MetadataKey)
                {
                    foreach (JsonProperty pair in entry.Value.EnumerateObject())
                    {
                        metadata[pair.Name] = pair.Value.GetString() ?? string.Empty;
                    }
                }
                else
                {
                    entries.Add(ReadEntry(entry, dataBytes, path));
                }
            }
        }
        catch (Exception error)
            when (error
                    is JsonException
                        or InvalidOperationException
                        or KeyNotFoundException
                        or FormatException
                        or OverflowException
            )
        {
            throw SafetensorsFile.Fault(path, $"its header cannot be read ({error.Message})", error);
        }

        SafetensorsEntry[] ordered = [.. entries.OrderBy(entry => entry.Start).ThenBy(entry => entry.ByteCount)];
        CheckCoverage(ordered, dataBytes, path);
        return new SafetensorsIndex(ordered, metadata) { DataStart = dataStart };
    }

    /// <summary>Writes the header, tensors in the order of the entries.</summary>
    internal static byte[] Write(SafetensorsIndex index)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (index.Metadata.Count > 0)
            {
                json.WriteStartObject(MetadataKey);
                foreach ((string key, string value) in index.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    json.WriteString(key, value);
                }

                json.WriteEndObject();
            }

            foreach (SafetensorsEntry entry in index.Entries)
            {
                json.WriteStartObject(entry.Name);
                json.WriteString("dtype", TensorElementTypes.NameOf(entry.ElementType));
                WriteNumbers(json, "shape", entry.Shape);
                WriteNumbers(json, "data_offsets", [entry.Start, entry.Start + entry.ByteCount]);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static SafetensorsEntry ReadEntry(JsonProperty entry, long dataBytes, string path)
    {
        string typeName = entry.Value.GetProperty("dtype").GetString() ?? string.Empty;
        if (!TensorElementTypes.TryParse(typeName, out TensorElementType type))
        {
            throw SafetensorsFile.Fault(
                path,
                $"tensor '{entry.Name}' has type '{typeName}', known are {TensorElementTypes.Known}"
            );
        }

        long[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
        long[] offsets =
        [
            .. entry.Value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64()),
        ];
        if (offsets.Length != 2 || offsets[0] < 0 || offsets[1] < offsets[0] || offsets[1] > dataBytes)
        {
            throw SafetensorsFile.Fault(
                path,
                $"tensor '{entry.Name}' lies at bytes [{string.Join(", ", offsets)}] of {dataBytes}"
            );
        }

        long expected = shape.Any(size => size < 0)
            ? -1
            : shape.Aggregate((long)TensorElementTypes.SizeOf(type), (bytes, size) => checked(bytes * size));
        return expected == offsets[1] - offsets[0]
            ? new SafetensorsEntry(entry.Name, type, shape, offsets[0], expected)
            : throw SafetensorsFile.Fault(
                path,
                $"tensor '{entry.Name}' [{string.Join(", ", shape)}] of {typeName} needs {expected} bytes and has "
                    + $"{offsets[1] - offsets[0]}"
            );
    }

    private static void CheckCoverage(SafetensorsEntry[] entries, long dataBytes, string path)
    {
        long position = 0;
        foreach (SafetensorsEntry entry in entries)
        {
            if (entry.Start != position)
            {
                throw SafetensorsFile.Fault(
                    path,
                    $"tensor '{entry.Name}' starts at byte {entry.Start}, expected {position}"
                );
            }

            position += entry.ByteCount;
        }

        if (position != dataBytes)
        {
            throw SafetensorsFile.Fault(
                path,
                $"{dataBytes} bytes of data follow the header, its tensors take {position}"
            );
        }
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<long> values)
    {
        json.WriteStartArray(name);
        foreach (long value in values)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }
}
