using System.Text.Json;
using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;

namespace Pipeline.Networks.Weights.Tfjs;

/// <summary>
/// Keras weights in TensorFlow.js form, packed as JavaScript bundles: <c>model.min.js</c> holds topology and manifest,
/// <c>group1-shardNofM.min.js</c> hold base64. Values are bytes with a minimum and a scale per tensor. Read as text: no
/// JavaScript runs.
/// </summary>
internal static class TfjsBundle
{
    private const int LongestOtherLiteral = 4096;

    /// <summary>Reads every tensor of a bundle.</summary>
    /// <param name="folder">Folder of <c>model.min.js</c> and its shards.</param>
    /// <returns>Float tensors under Keras's names (<c>Conv1/kernel</c>) and in Keras's layouts.</returns>
    /// <exception cref="WeightsException">
    /// A file is missing or damaged, or the bytes do not fit the manifest; the message names file and tensor.
    /// </exception>
    internal static WeightSet Read(string folder)
    {
        string modelPath = Path.Combine(folder, "model.min.js");
        return Parse(ReadText(modelPath), modelPath, ReadText);
    }

    /// <summary>Reads a bundle from text.</summary>
    /// <param name="script">Content of <c>model.min.js</c>.</param>
    /// <param name="modelPath">Its path; the shards are beside it.</param>
    /// <param name="read">Gives the content of a shard by its path.</param>
    /// <returns>The tensors.</returns>
    /// <exception cref="WeightsException">As above.</exception>
    internal static WeightSet Parse(string script, string modelPath, Func<string, string> read)
    {
        string folder = Path.GetDirectoryName(modelPath) ?? string.Empty;
        string json = JavaScriptLiteral.ExtractJson(script, modelPath);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            var tensors = new List<TensorData>();
            foreach (JsonElement group in document.RootElement.GetProperty("weightsManifest").EnumerateArray())
            {
                ReadGroup(folder, group, read, tensors);
            }

            return new WeightSet(tensors);
        }
        catch (Exception error)
            when (error
                    is JsonException
                        or KeyNotFoundException
                        or InvalidOperationException
                        or FormatException
                        or OverflowException
            )
        {
            throw new WeightsException(
                $"Weights file '{modelPath}' has no readable manifest: {error.Message} Install the package again.",
                error
            )
            {
                Subject = modelPath,
            };
        }
    }

    private static void ReadGroup(string folder, JsonElement group, Func<string, string> read, List<TensorData> tensors)
    {
        byte[] bytes =
        [
            .. group
                .GetProperty("paths")
                .EnumerateArray()
                .SelectMany(path => ReadShard(ShardPath(folder, path.GetString() ?? string.Empty), read)),
        ];
        int offset = 0;
        foreach (JsonElement entry in group.GetProperty("weights").EnumerateArray())
        {
            string name = entry.GetProperty("name").GetString() ?? string.Empty;
            long[] shape = [.. entry.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
            JsonElement quantization = entry.GetProperty("quantization");
            if (quantization.GetProperty("dtype").GetString() != "uint8")
            {
                throw new WeightsException(
                    $"Weights in '{folder}': tensor '{name}' is quantized to '{quantization.GetProperty("dtype")}', "
                        + "expected uint8."
                )
                {
                    Subject = name,
                };
            }

            long count = shape.Aggregate(1L, (product, size) => checked(product * size));
            if (shape.Any(size => size < 0) || count > bytes.Length - offset)
            {
                throw new WeightsException(
                    $"Weights in '{folder}': tensor '{name}' [{string.Join(", ", shape)}] needs {count} bytes, "
                        + $"{bytes.Length - offset} are left. Install the package again."
                )
                {
                    Subject = name,
                };
            }

            tensors.Add(
                Dequantize(
                    name,
                    shape,
                    bytes.AsSpan(offset, (int)count),
                    quantization.GetProperty("min").GetDouble(),
                    quantization.GetProperty("scale").GetDouble()
                )
            );
            offset += (int)count;
        }

        if (offset != bytes.Length)
        {
            throw new WeightsException(
                $"Weights in '{folder}': the manifest describes {offset} bytes, its shards hold {bytes.Length}. "
                    + "Install the package again."
            )
            {
                Subject = folder,
            };
        }
    }

    /// <summary>byte x scale + min in double, then float: the order of the original runtime.</summary>
    private static TensorData Dequantize(string name, long[] shape, ReadOnlySpan<byte> bytes, double min, double scale)
    {
        var values = new float[bytes.Length];
        for (int index = 0; index < values.Length; index++)
        {
            values[index] = (float)((bytes[index] * scale) + min);
        }

        return TensorData.FromFloat32(name, shape, values);
    }

    private static string ShardPath(string folder, string name) =>
        name.IndexOfAny(Path.GetInvalidFileNameChars()) < 0
            ? Path.Combine(folder, $"{name}.min.js")
            : throw new WeightsException(
                $"Weights in '{folder}': the manifest names a shard '{name}', which is no file name. "
                    + "Install the package again."
            )
            {
                Subject = folder,
            };

    /// <summary>The base64 payload is the only very long string literal of a shard.</summary>
    private static byte[] ReadShard(string path, Func<string, string> read)
    {
        string script = read(path);
        ReadOnlySpan<char> payload = default;
        int start = script.IndexOf('"', StringComparison.Ordinal);
        while (start >= 0)
        {
            int end = script.IndexOf('"', start + 1);
            ReadOnlySpan<char> literal = end < 0 ? default : script.AsSpan(start + 1, end - start - 1);
            payload = literal.Length > payload.Length ? literal : payload;
            start = end < 0 ? -1 : script.IndexOf('"', end + 1);
        }

        var bytes = new byte[(payload.Length / 4 * 3) + 3];
        if (payload.Length < LongestOtherLiteral || !Convert.TryFromBase64Chars(payload, bytes, out int count))
        {
            throw new WeightsException(
                $"Weights file '{path}' holds no base64 payload: it is truncated or something else. "
                    + "Install the package again."
            )
            {
                Subject = path,
            };
        }

        return bytes[..count];
    }

    private static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new WeightsException(
                $"Weights file '{path}' cannot be read: {error.Message} Run ./build.sh --target=setup to restore it.",
                error
            )
            {
                Subject = path,
            };
        }
    }
}
