using Microsoft.ML.OnnxRuntime;
using Pipeline.Core.Errors;

namespace Pipeline.Inference.Sessions;

/// <summary>The key-value pairs of a model file.</summary>
internal static class NativeMetadata
{
    /// <summary>Reads them.</summary>
    /// <param name="native">The session. Borrowed.</param>
    /// <param name="modelPath">Path for the message.</param>
    /// <returns>The pairs.</returns>
    /// <exception cref="ModelContractException">They are damaged.</exception>
    /// <remarks>
    /// ONNX Runtime 1.29's C# API looks each key up as a C string. A damaged key with a zero byte in it is not found
    /// that way, and the API reads the value behind a null pointer, which shows as a
    /// <see cref="NullReferenceException"/>. Found by <c>ModelFuzzTests</c>.
    /// </remarks>
    internal static IReadOnlyDictionary<string, string> Read(InferenceSession native, string modelPath)
    {
        try
        {
            return native.ModelMetadata.CustomMetadataMap;
        }
        catch (Exception error) when (error is NullReferenceException or OnnxRuntimeException or ArgumentException)
        {
            throw new ModelContractException(
                $"Model '{modelPath}' has damaged metadata: a key cannot be read. Export it again.",
                error
            )
            {
                Subject = modelPath,
            };
        }
    }
}
