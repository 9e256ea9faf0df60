using System.Text.Json;

namespace Pipeline.Core.Tensors;

/// <summary>The JSON header of a safetensors file.</summary>
internal static class SafetensorsHeader
{
    private const string MetadataKey = "__metadata__";

    /// <summary>Reads names, types, shapes and offsets; every byte of the data must belong to exactly one tensor.</summary>
    internal static SafetensorsFile Read(ReadOnlyMemory<byte> header, ReadOnlyMemory<byte> data, string path)
    {
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var tensors = new List<(long Start, TensorData Tensor)>();
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
                    tensors.Add(ReadTensor(entry, data, path));
                }
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or OverflowException or Errors.ShapeException)
        {
            throw SafetensorsFile.Fault(path, $"its header cannot be read ({error.Message})", error);
        }

        CheckCoverage(tensors, data.Length, path);
        return new SafetensorsFile(new WeightSet(tensors.Select(item => item.Tensor)), metadata);
    }

    /// <summary>Writes the header: keys in ordinal order, padded with spaces to a multiple of 8 bytes.</summary>
    internal static byte[] Write(SafetensorsFile file)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (file.Metadata.Count > 0)
            {
                json.WriteStartObject(MetadataKey);
                foreach ((string key, string value) in file.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    json.WriteString(key, value);
                }

                json.WriteEndObject();
            }

            long offset = 0;
            foreach (TensorData tensor in file.Tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", TensorElementTypes.NameOf(tensor.ElementType));
                WriteNumbers(json, "shape", tensor.Shape);
                WriteNumbers(json, "data_offsets", [offset, offset + tensor.Bytes.Length]);
                json.WriteEndObject();
                offset += tensor.Bytes.Length;
            }

            json.WriteEndObject();
        }

        while (buffer.Length % 8 != 0)
        {
            buffer.WriteByte((byte)' ');
        }

        return buffer.ToArray();
    }

    private static (long Start, TensorData Tensor) ReadTensor(JsonProperty entry, ReadOnlyMemory<byte> data, string path)
    {
        string typeName = entry.Value.GetProperty("dtype").GetString() ?? string.Empty;
        if (!TensorElementTypes.TryParse(typeName, out TensorElementType type))
        {
            throw SafetensorsFile.Fault(path, $"tensor '{entry.Name}' has type '{typeName}', known are {TensorElementTypes.Known}");
        }

        long[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
        long[] offsets = [.. entry.Value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64())];
        if (offsets.Length != 2 || offsets[0] < 0 || offsets[1] < offsets[0] || offsets[1] > data.Length)
        {
            throw SafetensorsFile.Fault(path, $"tensor '{entry.Name}' lies at bytes [{string.Join(", ", offsets)}] of {data.Length}");
        }

        return (offsets[0], new TensorData(entry.Name, type, shape, data[(int)offsets[0]..(int)offsets[1]]));
    }

    private static void CheckCoverage(List<(long Start, TensorData Tensor)> tensors, long dataBytes, string path)
    {
        long position = 0;
        foreach ((long start, TensorData tensor) in tensors.OrderBy(item => item.Start).ThenBy(item => item.Tensor.Bytes.Length))
        {
            if (start != position)
            {
                throw SafetensorsFile.Fault(path, $"tensor '{tensor.Name}' starts at byte {start}, expected {position}");
            }

            position += tensor.Bytes.Length;
        }

        if (position != dataBytes)
        {
            throw SafetensorsFile.Fault(path, $"{dataBytes} bytes of data follow the header, its tensors take {position}");
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
