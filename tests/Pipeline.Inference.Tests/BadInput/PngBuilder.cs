using System.Buffers.Binary;
using System.IO.Compression;

namespace Pipeline.Inference.Tests.BadInput;

/// <summary>PNG files that no encoder of ours writes: any size, depth and colour type, every row alike.</summary>
internal static class PngBuilder
{
    private const uint Polynomial = 0xEDB88320; // of CRC-32 as PNG uses it (ISO 3309)

    internal static byte[] Build(int width, int height, byte depth, byte colorType, byte[] row)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (depth, colorType);
        using var data = new MemoryStream();
        using (var compressed = new ZLibStream(data, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (int line = 0; line < height; line++)
            {
                compressed.WriteByte(0);
                compressed.Write(row);
            }
        }

        return
        [
            0x89,
            .. "PNG\r\n\u001A\n"u8,
            .. Chunk("IHDR"u8, header),
            .. Chunk("IDAT"u8, data.ToArray()),
            .. Chunk("IEND"u8, []),
        ];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> kind, byte[] data)
    {
        byte[] chunk = new byte[data.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        kind.CopyTo(chunk.AsSpan(4));
        data.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(data.Length + 8), Crc(chunk.AsSpan(4, data.Length + 4)));
        return chunk;
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 1 ? (crc >> 1) ^ Polynomial : crc >> 1;
            }
        }

        return ~crc;
    }
}
