using System.Runtime.InteropServices;
using Pipeline.Core.Contracts;

namespace Pipeline.Inference.Sessions;

/// <summary>
/// From <c>uint8 [N, H, W, 3]</c> RGB to what a graph's input wants: its channel order, layout and type, normalised.
/// The same two float32 operations in the same order as in a graph that normalises itself, so both kinds of file see
/// equal bits; a byte has 256 values, so they are looked up.
/// </summary>
/// <typeparam name="T">Element of the graph's input: <see cref="float"/> or <see cref="byte"/>.</typeparam>
internal sealed class InputPacker<T> : IInputPacker
    where T : unmanaged
{
    private const int ByteValues = 256;

    private readonly T[] table = new T[3 * ByteValues]; // one row per channel of the network
    private readonly int[] source; // channel of an RGB pixel that each channel of the network reads
    private readonly bool isChannelsFirst;

    /// <summary>Prepares the table.</summary>
    /// <param name="order">Channel order of the network.</param>
    /// <param name="isChannelsFirst">Whether the layout is <c>[N, 3, H, W]</c> instead of <c>[N, H, W, 3]</c>.</param>
    /// <param name="value">Value of a byte in a channel of the network.</param>
    internal InputPacker(ChannelOrder order, bool isChannelsFirst, Func<byte, int, T> value)
    {
        this.isChannelsFirst = isChannelsFirst;
        source = order == ChannelOrder.Bgr ? [2, 1, 0] : [0, 1, 2];
        for (int index = 0; index < table.Length; index++)
        {
            table[index] = value((byte)(index % ByteValues), index / ByteValues);
        }
    }

    /// <inheritdoc/>
    public unsafe int ElementBytes => sizeof(T);

    /// <inheritdoc/>
    public void Pack(ReadOnlySpan<byte> pixels, Span<byte> output, int count)
    {
        int plane = pixels.Length / count / 3;
        Span<T> values = MemoryMarshal.Cast<byte, T>(output);
        for (int image = 0; image < count; image++)
        {
            ReadOnlySpan<byte> from = pixels.Slice(image * plane * 3, plane * 3);
            Span<T> to = values.Slice(image * plane * 3, plane * 3);
            for (int channel = 0; channel < 3; channel++)
            {
                PackChannel(
                    from[source[channel]..],
                    isChannelsFirst ? to[(channel * plane)..] : to[channel..],
                    table.AsSpan(channel * ByteValues, ByteValues),
                    plane
                );
            }
        }
    }

    private void PackChannel(ReadOnlySpan<byte> from, Span<T> to, ReadOnlySpan<T> values, int plane)
    {
        int step = isChannelsFirst ? 1 : 3;
        for (int index = 0, read = 0, write = 0; index < plane; index++, read += 3, write += step)
        {
            to[write] = values[from[read]];
        }
    }
}
