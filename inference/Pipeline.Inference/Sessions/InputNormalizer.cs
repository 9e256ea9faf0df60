using Pipeline.Core.Contracts;

namespace Pipeline.Inference.Sessions;

/// <summary>
/// Does for a model with float32 input what other models do in their graph: <c>uint8 [N, H, W, 3]</c> RGB to normalised <c>float32 [N, 3, H, W]</c>. The same two float32 operations in the same order
/// as in a graph, so both kinds of file see equal bits; a byte has 256 values, so they are looked up.
/// </summary>
internal sealed class InputNormalizer
{
    private const int ByteValues = 256;

    private readonly float[] table = new float[3 * ByteValues];   // one row per channel of the network
    private readonly int[] source;   // channel of an RGB pixel that each channel of the network reads

    /// <summary>Prepares the table.</summary>
    /// <param name="preprocessing">Channel order, scale, mean, deviation.</param>
    internal InputNormalizer(Preprocessing preprocessing)
    {
        (double[] multiplier, double[] offset) = preprocessing.AsAffine();
        source = preprocessing.ChannelOrder == ChannelOrder.Bgr ? [2, 1, 0] : [0, 1, 2];
        for (int index = 0; index < table.Length; index++)
        {
            int channel = index / ByteValues;
            float scaled = (index % ByteValues) * (float)multiplier[channel];   // rounded before the sum, as a graph does
            table[index] = scaled + (float)offset[channel];
        }
    }

    /// <summary>Normalises a batch.</summary>
    /// <param name="pixels"><c>uint8 [N, H, W, 3]</c>, RGB. Borrowed.</param>
    /// <param name="output">Receives <c>float32 [N, 3, H, W]</c>; as long as <paramref name="pixels"/>.</param>
    /// <param name="count">Images N, at least 1.</param>
    internal void Run(ReadOnlySpan<byte> pixels, Span<float> output, int count)
    {
        int plane = pixels.Length / count / 3;
        for (int position = 0; position < output.Length; position += plane)
        {
            int channel = position / plane % 3;
            ReadOnlySpan<byte> image = pixels.Slice(position / plane / 3 * plane * 3, plane * 3);
            ReadOnlySpan<float> values = table.AsSpan(channel * ByteValues, ByteValues);
            Span<float> row = output.Slice(position, plane);
            for (int index = 0, from = source[channel]; index < row.Length; index++, from += 3)
            {
                row[index] = values[image[from]];
            }
        }
    }
}
