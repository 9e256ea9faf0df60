using System.Buffers.Binary;
using Pipeline.Core.Contracts;

namespace Pipeline.Core.Imaging.Decoding;

/// <summary>
/// Reads the size of a JPEG off its bytes, so that how far it is shrunk is known before the decoder opens it.
/// </summary>
/// <remarks>Source: ITU-T T.81, annex B.2.2 (frame header) and table B.1 (markers).</remarks>
internal static class JpegHeader
{
    private const int FrameHeaderBytes = 9; // marker, length, precision, height, width

    /// <summary>Finds the frame header.</summary>
    /// <param name="encoded">The file.</param>
    /// <param name="size">The size as stored, before orientation.</param>
    /// <returns>Whether there is a frame header with a size before the first scan.</returns>
    internal static bool TryReadSize(ReadOnlySpan<byte> encoded, out ImageSize size)
    {
        int position = 2;
        while (position + FrameHeaderBytes <= encoded.Length)
        {
            ReadOnlySpan<byte> segment = encoded[position..];
            switch (segment[0], segment[1])
            {
                case (not 0xFF, _) or (0xFF, 0xFF): // stray or fill byte
                    position++;
                    break;
                case (_, 0x00 or 0x01 or (>= 0xD0 and <= 0xD8)): // no length
                    position += 2;
                    break;
                case (_, 0xD9 or 0xDA): // end, or a scan without a frame
                    size = default;
                    return false;
                // a frame; the three are tables and reserved
                case (_, >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC)):
                    size = new ImageSize(
                        BinaryPrimitives.ReadUInt16BigEndian(segment[7..]),
                        BinaryPrimitives.ReadUInt16BigEndian(segment[5..])
                    );
                    return size.Width > 0 && size.Height > 0;
                default:
                    position += 2 + BinaryPrimitives.ReadUInt16BigEndian(segment[2..]);
                    break;
            }
        }

        size = default;
        return false;
    }
}
