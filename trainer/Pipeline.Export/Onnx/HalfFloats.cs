using System.Globalization;
using System.Runtime.InteropServices;
using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;

namespace Pipeline.Export.Onnx;

/// <summary>float16 from float32, rounded to the nearest.</summary>
internal static class HalfFloats
{
    /// <summary>Converts a float32 tensor.</summary>
    /// <returns>Little-endian float16, two bytes per value.</returns>
    /// <exception cref="ExportException">A value is beyond 65504, the largest float16.</exception>
    internal static byte[] From(TensorData tensor)
    {
        ReadOnlySpan<float> values = tensor.AsFloat32();
        byte[] bytes = new byte[values.Length * 2];
        Span<Half> halves = MemoryMarshal.Cast<byte, Half>(bytes.AsSpan());
        for (int index = 0; index < values.Length; index++)
        {
            halves[index] = (Half)values[index];
            if (!Half.IsFinite(halves[index]))
            {
                throw new ExportException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Tensor '{tensor.Name}' has the value {values[index]:g6}, "
                            + $"the largest float16 is {Half.MaxValue}. Export with --precision fp32."
                    )
                )
                {
                    Subject = tensor.Name,
                };
            }
        }

        return bytes;
    }
}
