namespace Pipeline.Networks.Weights.Torch;

/// <summary>The check sum of zip entries, which <c>ZipArchive</c> stores and does not compare.</summary>
/// <remarks>Source: APPNOTE.TXT 6.3 of the zip format, section 4.4.7: reflected polynomial 0xEDB88320. Checked in <c>TorchFileTests</c> against PyTorch's files.</remarks>
internal static class Crc32
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(value => Shift((uint)value))];

    internal static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc = Table[(byte)crc ^ value] ^ (crc >> 8);
        }

        return ~crc;
    }

    private static uint Shift(uint value)
    {
        for (int bit = 0; bit < 8; bit++)
        {
            value = (value & 1) == 0 ? value >> 1 : (value >> 1) ^ 0xEDB88320;
        }

        return value;
    }
}
