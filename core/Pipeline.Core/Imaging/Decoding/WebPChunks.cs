using System.Buffers.Binary;

namespace Pipeline.Core.Imaging.Decoding;

/// <summary>
/// Finds a WebP that lacks a chunk, or whose end was never written: room was made for the whole file, and the download
/// ended early. The missing bytes are zeros, which decode to something. Encoders leave at most three bytes over at the
/// end; so where the decoder can do without more, the bytes are not what an encoder wrote.
/// </summary>
/// <remarks>
/// Source: RFC 9649 (WebP container), RFC 6386 (VP8), section 9.5: the last partition ends with the data.
/// </remarks>
internal static class WebPChunks
{
    private const int Spare = 4;
    private const int FirstChunk = 12;
    private const int ChunkHeader = 8;

    // The flags of the chunk VP8X (RFC 9649, section 2.7.1).
    [Flags]
    private enum Parts : byte
    {
        None = 0,
        Animation = 2,
        Xmp = 4,
        Exif = 8,
        Profile = 32,
        All = Animation | Xmp | Exif | Profile,
    }

    /// <summary>Makes the file that must not decode, when the end looks like filling.</summary>
    /// <param name="encoded">A WebP file whose container is whole.</param>
    /// <returns>
    /// The same without the last bytes of its first frame; <c>null</c> when these are not all alike, and so no filling.
    /// </returns>
    internal static byte[]? WithoutEnd(ReadOnlySpan<byte> encoded)
    {
        int end = (int)Math.Min(encoded.Length, BinaryPrimitives.ReadUInt32LittleEndian(encoded[4..]) + 8L);
        (int start, int length) = FindFrame(encoded[..end], FirstChunk);
        if (length < 2 * Spare)
        {
            return null;
        }

        ReadOnlySpan<byte> tail = encoded.Slice(start + 8 + length - Spare, Spare);
        if (tail.ContainsAnyExcept(tail[0]))
        {
            return null;
        }

        // A file of this one frame is enough.
        int cut = (length - Spare) & ~1;
        byte[] shorter = [.. "RIFF\0\0\0\0WEBP"u8, .. encoded.Slice(start, 8 + cut)];
        BinaryPrimitives.WriteInt32LittleEndian(shorter.AsSpan(4), shorter.Length - 8);
        BinaryPrimitives.WriteInt32LittleEndian(shorter.AsSpan(16), cut);
        return shorter;
    }

    /// <summary>Walks the chunks.</summary>
    /// <param name="encoded">The file.</param>
    /// <returns>What is missing; <c>null</c> when every chunk that the head announces is there, whole.</returns>
    internal static string? FindFault(ReadOnlySpan<byte> encoded)
    {
        const string NoEnd = "its data has no end";
        long end = BinaryPrimitives.ReadUInt32LittleEndian(encoded[4..]) + 8L;
        if (end > encoded.Length)
        {
            return NoEnd;
        }

        Parts announced = Parts.None;
        Parts found = Parts.None;
        for (int position = FirstChunk; position + ChunkHeader <= end; )
        {
            ReadOnlySpan<byte> name = encoded.Slice(position, 4);
            long length = BinaryPrimitives.ReadUInt32LittleEndian(encoded[(position + 4)..]);
            if (name.ContainsAnyExceptInRange((byte)' ', (byte)'~') || position + ChunkHeader + length > end)
            {
                return NoEnd;
            }

            ReadOnlySpan<byte> data = encoded.Slice(position + ChunkHeader, (int)length);
            announced |= name.SequenceEqual("VP8X"u8) && length > 0 ? (Parts)data[0] & Parts.All : Parts.None;
            found |= PartOf(name);
            if (name.SequenceEqual("EXIF"u8) && !data[..Math.Min(data.Length, 8)].ContainsAnyExcept((byte)0))
            {
                return "its EXIF data are zeros";
            }

            position += ChunkHeader + (int)length + (int)(length & 1);
        }

        return (announced & ~found) == Parts.None ? null : $"its {announced & ~found} data are missing";
    }

    private static Parts PartOf(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("ICCP"u8) ? Parts.Profile
        : name.SequenceEqual("EXIF"u8) ? Parts.Exif
        : name.SequenceEqual("XMP "u8) ? Parts.Xmp
        : name.SequenceEqual("ANIM"u8) ? Parts.Animation
        : Parts.None;

    // The first chunk of pixels, which may be inside the first frame of an animation.
    private static (int Start, int Length) FindFrame(ReadOnlySpan<byte> encoded, int position)
    {
        const int FrameHeaderBytes = 16;
        while (position + ChunkHeader <= encoded.Length)
        {
            ReadOnlySpan<byte> name = encoded.Slice(position, 4);
            long length = BinaryPrimitives.ReadUInt32LittleEndian(encoded[(position + 4)..]);
            if (position + ChunkHeader + length > encoded.Length)
            {
                break;
            }

            if (name.SequenceEqual("VP8 "u8) || name.SequenceEqual("VP8L"u8))
            {
                return (position, (int)length);
            }

            position += name.SequenceEqual("ANMF"u8)
                ? ChunkHeader + FrameHeaderBytes
                : ChunkHeader + (int)length + (int)(length & 1);
        }

        return default;
    }
}
