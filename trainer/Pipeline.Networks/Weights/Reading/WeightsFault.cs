using Pipeline.Core.Errors;

namespace Pipeline.Networks.Weights.Reading;

/// <summary>The sentences in which importers refuse a file.</summary>
internal static class WeightsFault
{
    /// <summary>Largest file that is read: arrays end there.</summary>
    internal const long MaxFileBytes = int.MaxValue - 64;

    /// <summary>The file is not what it should be.</summary>
    internal static WeightsException Damaged(string path, string fault, Exception? inner = null) =>
        new($"Weights file '{path}' is damaged: {fault}. Fetch or write it again.", inner)
        {
            Subject = path,
            Found = fault,
        };

    /// <summary>The file is intact, but of a kind that is not read.</summary>
    internal static WeightsException Unsupported(string path, string fault, string remedy) =>
        new($"Weights file '{path}' cannot be used: {fault}. {remedy}") { Subject = path, Found = fault };

    /// <summary>Opens a file for reading, or says why not.</summary>
    /// <exception cref="WeightsException">It is missing, a folder, too large or not readable.</exception>
    internal static FileStream Open(string path)
    {
        if (!File.Exists(path))
        {
            throw new WeightsException(
                $"Weights file '{path}' {(Directory.Exists(path) ? "is a folder" : "does not exist")}. "
                    + "Give the path of a .pth, .pt, .safetensors, .onnx or .h5 file."
            )
            {
                Subject = path,
            };
        }

        try
        {
            FileStream stream = File.OpenRead(path);
            return stream.Length <= MaxFileBytes
                ? stream
                : throw Close(
                    stream,
                    Unsupported(
                        path,
                        $"it has {stream.Length} bytes, and at most {MaxFileBytes} are read",
                        "Save only the state dict, in half precision if need be."
                    )
                );
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new WeightsException(
                $"Weights file '{path}' cannot be read: {error.Message} Check its permissions.",
                error
            )
            {
                Subject = path,
            };
        }
    }

    /// <summary>Reads a whole file.</summary>
    internal static byte[] ReadAll(string path)
    {
        using FileStream stream = Open(path);
        var bytes = new byte[stream.Length];
        int read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return read == bytes.Length ? bytes : throw Damaged(path, $"it shrank to {read} bytes while it was read");
    }

    private static WeightsException Close(FileStream stream, WeightsException error)
    {
        stream.Dispose();
        return error;
    }
}
