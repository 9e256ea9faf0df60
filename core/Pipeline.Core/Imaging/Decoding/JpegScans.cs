using System.Buffers.Binary;

namespace Pipeline.Core.Imaging.Decoding;

/// <summary>
/// Whether a JPEG ends, and has by then said every coefficient of every component. A progressive file that was cut
/// between two scans and closed with an end marker decodes without a complaint, to a blurred picture.
/// </summary>
/// <remarks>Source: ITU-T T.81, annex B (markers, frame and scan headers) and annex G (progression).</remarks>
internal static class JpegScans
{
    private const int Coefficients = 64;
    private const int MostComponents = 4;
    private const sbyte Unknown = -1;

    /// <summary>Walks segments and scan headers.</summary>
    /// <param name="encoded">The file.</param>
    /// <returns>What is missing; <c>null</c> when everything is there.</returns>
    /// <remarks>
    /// Segments are FF, marker, 2 bytes length, data, until end-of-image. Bytes that belong to none are scan data or
    /// strays: in scan data FF is followed by 00 or a restart marker. What lies behind the end does not matter: phones
    /// append videos.
    /// </remarks>
    internal static string? FindFault(ReadOnlySpan<byte> encoded)
    {
        const string NoEnd = "its data has no end";
        Span<sbyte> lowestBit = stackalloc sbyte[MostComponents * Coefficients]; // known so far: the last bit sent
        ReadOnlySpan<byte> frame = default;
        bool isProgressive = false;
        int position = 2;
        while (true)
        {
            int next = position < encoded.Length ? encoded[position..].IndexOf((byte)0xFF) : -1;
            if (next < 0 || (position += next) + 1 >= encoded.Length)
            {
                return NoEnd;
            }

            byte marker = encoded[position + 1];
            if (marker == 0xD9)
            {
                return FindMissing(frame, lowestBit);
            }

            if (marker == 0xFF) // fill byte
            {
                position++;
                continue;
            }

            if (marker is 0x00 or 0x01 or (>= 0xD0 and <= 0xD8)) // no length
            {
                position += 2;
                continue;
            }

            int length =
                position + 4 > encoded.Length
                    ? int.MaxValue
                    : BinaryPrimitives.ReadUInt16BigEndian(encoded[(position + 2)..]);
            if (length > encoded.Length - position - 2)
            {
                return NoEnd;
            }

            ReadOnlySpan<byte> segment = encoded.Slice(position + 2, length);
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                frame = segment;
                isProgressive = (marker & 3) == 2;
                lowestBit.Fill(Unknown);
            }
            else if (marker == 0xDA)
            {
                Note(segment, frame, isProgressive, lowestBit);
            }

            position += 2 + length;
        }
    }

    // A scan header: length, number of components, (component, tables) of each, first and last coefficient, bits.
    private static void Note(
        ReadOnlySpan<byte> scan,
        ReadOnlySpan<byte> frame,
        bool isProgressive,
        Span<sbyte> lowestBit
    )
    {
        int count = scan.Length < 3 ? 0 : scan[2];
        if (scan.Length < 6 + (2 * count))
        {
            return;
        }

        ReadOnlySpan<byte> progression = scan[(3 + (2 * count))..];
        (int first, int last, sbyte bit) = isProgressive
            ? (progression[0], Math.Min((int)progression[1], Coefficients - 1), (sbyte)(progression[2] & 0xF))
            : (0, Coefficients - 1, (sbyte)0);
        for (int index = 0; index < count; index++)
        {
            int component = ComponentOf(frame, scan[3 + (2 * index)]);
            for (int coefficient = first; component >= 0 && coefficient <= last; coefficient++)
            {
                lowestBit[(component * Coefficients) + coefficient] = bit;
            }
        }
    }

    // A frame header: length, precision, height, width, number of components, (component, sampling, table) of each.
    private static int ComponentOf(ReadOnlySpan<byte> frame, byte name)
    {
        for (int index = 0; index < CountOf(frame); index++)
        {
            if (frame[8 + (3 * index)] == name)
            {
                return index;
            }
        }

        return -1;
    }

    private static int CountOf(ReadOnlySpan<byte> frame) =>
        frame.Length < 8 ? 0 : Math.Min(Math.Min(frame[7], (frame.Length - 8) / 3), MostComponents);

    private static string? FindMissing(ReadOnlySpan<byte> frame, ReadOnlySpan<sbyte> lowestBit)
    {
        int count = CountOf(frame);
        if (count == 0)
        {
            return "it has no frame";
        }

        ReadOnlySpan<sbyte> known = lowestBit[..(count * Coefficients)];
        return known.Contains(Unknown) || known.ContainsAnyExcept((sbyte)0) ? "some of its scans are missing" : null;
    }
}
