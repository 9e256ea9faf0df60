using System.Buffers.Binary;
using System.Globalization;
using Pipeline.Core.Contracts;

namespace Pipeline.Core.Imaging.Decoding;

/// <summary>
/// The first directory of a TIFF, read to tell whether everything that it points at is in the file. libtiff leaves out
/// a tag that it cannot read, such as a colour map behind the end, and shows the picture without it.
/// </summary>
/// <remarks>Source: TIFF 6.0, sections 2 and 7; BigTIFF as libtiff's bigtiffdesign describes it.</remarks>
internal sealed class TiffDirectory
{
    private const int MostEntries = 4096;
    private const int LargestTile = 8192; // of libvips

    private static readonly int[] BytesOfType = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];

    private static readonly Dictionary<long, string> UnsupportedCompressions = new()
    {
        [34661] = "JBIG",
        [34712] = "JPEG 2000",
        [34887] = "LERC",
        [34925] = "LZMA",
        [50000] = "ZSTD",
        [50001] = "WebP",
        [50002] = "JPEG XL",
        [32766] = "NeXT",
        [32809] = "ThunderScan",
        [34676] = "SGI Log",
        [34677] = "SGI Log",
    };

    private static readonly long[] SupportedCompressions = [1, 2, 3, 4, 5, 6, 7, 8, 32773, 32946];

    private readonly Dictionary<Tag, long[]> values = [];

    private TiffDirectory() { }

    private enum Tag
    {
        ImageWidth = 256,
        ImageLength = 257,
        BitsPerSample = 258,
        Compression = 259,
        PhotometricInterpretation = 262,
        StripOffsets = 273,
        SamplesPerPixel = 277,
        RowsPerStrip = 278,
        StripByteCounts = 279,
        PlanarConfiguration = 284,
        ColorMap = 320,
        TileWidth = 322,
        TileLength = 323,
        TileOffsets = 324,
        TileByteCounts = 325,
        SampleFormat = 339,
    }

    private long Width => One(Tag.ImageWidth, 0);

    private long Height => One(Tag.ImageLength, 0);

    private long Samples => One(Tag.SamplesPerPixel, 1);

    private long Bits => One(Tag.BitsPerSample, 1);

    private bool IsPlanar => One(Tag.PlanarConfiguration, 1) == 2;

    private bool IsTiled => values.ContainsKey(Tag.TileWidth);

    /// <summary>Reads the directory and checks it.</summary>
    /// <param name="encoded">The file, which begins as a TIFF or BigTIFF does.</param>
    /// <param name="unsupported">
    /// What kind of TIFF it is when that kind is not decoded, such as <c>a TIFF with ZSTD compression</c>.
    /// </param>
    /// <returns>What is missing; <c>null</c> when everything is there.</returns>
    internal static string? FindFault(ReadOnlySpan<byte> encoded, out string? unsupported)
    {
        var directory = new TiffDirectory();
        string? fault = directory.Read(encoded);
        unsupported = fault is null ? directory.FindUnsupported() : null;
        return fault ?? (unsupported is null ? directory.FindMissing(encoded) : null);
    }

    /// <summary>
    /// Bytes of the largest piece of the image that the decoder holds at once: a strip, or a row of tiles.
    /// </summary>
    /// <param name="encoded">A file that <see cref="FindFault"/> found nothing wrong with.</param>
    /// <returns>The bytes.</returns>
    internal static long PieceBytes(ReadOnlySpan<byte> encoded)
    {
        var directory = new TiffDirectory();
        directory.Read(encoded);
        long rows = directory.IsTiled
            ? directory.One(Tag.TileLength, 1)
            : Math.Min(directory.RowsPerStrip, directory.Height);
        return checked(
            rows * Math.Max(1, directory.Width) * Math.Max(1, directory.Samples) * Math.Max(8, directory.Bits) / 8
        );
    }

    private long RowsPerStrip => Math.Max(1, One(Tag.RowsPerStrip, uint.MaxValue));

    private string? Read(ReadOnlySpan<byte> encoded)
    {
        const string NoDirectory = "its directory lies behind its end";
        if (encoded.Length < 16)
        {
            return NoDirectory;
        }

        var reader = new Reader(encoded, encoded[0] == 'M');
        bool isBig = reader.Number(2, 2) == 43;
        long at = isBig ? reader.Number(8, 8) : reader.Number(4, 4);
        (int countBytes, int entryBytes, int inline) = isBig ? (8, 20, 8) : (2, 12, 4);
        if (at < 8 || at > encoded.Length - countBytes)
        {
            return NoDirectory;
        }

        long entries = reader.Number(at, countBytes);
        if (entries is < 1 or > MostEntries || at + countBytes + (entries * entryBytes) > encoded.Length)
        {
            return NoDirectory;
        }

        for (long entry = 0; entry < entries; entry++)
        {
            long start = at + countBytes + (entry * entryBytes);
            long tag = reader.Number(start, 2);
            long type = reader.Number(start + 2, 2);
            int size = type < BytesOfType.Length ? BytesOfType[type] : 0;
            long count = reader.Number(start + 4, inline);
            if (size == 0 || count <= 0)
            {
                continue; // the decoder leaves it out, too
            }

            if (count > encoded.Length / size)
            {
                return $"its tag {tag} lies behind its end";
            }

            long data = count * size <= inline ? start + 4 + inline : reader.Number(start + 4 + inline, inline);
            if (data < 8 || data > encoded.Length - (count * size))
            {
                return $"its tag {tag} lies behind its end";
            }

            if (Enum.IsDefined((Tag)tag) && type is 1 or 3 or 4 or 13 or 16 or 18)
            {
                long[] numbers = new long[count];
                for (int index = 0; index < numbers.Length; index++)
                {
                    numbers[index] = reader.Number(data + ((long)index * size), size);
                }

                values.TryAdd((Tag)tag, numbers);
            }
        }

        return
            Width is < 1 or > int.MaxValue
            || Height is < 1 or > int.MaxValue
            || Samples is < 1 or > 64
            || Bits is < 1 or > 64
            ? "its directory does not say how large it is"
            : null;
    }

    private string? FindUnsupported()
    {
        long compression = One(Tag.Compression, 1);
        if (!SupportedCompressions.Contains(compression))
        {
            string unknown = FormattableString.Invariant($"unknown ({compression})");
            return $"a TIFF with {UnsupportedCompressions.GetValueOrDefault(compression, unknown)} compression";
        }

        long[] bits = values.GetValueOrDefault(Tag.BitsPerSample, [1]);
        if (One(Tag.SampleFormat, 1) != 1 || !Array.TrueForAll(bits, bit => bit is 1 or 2 or 4 or 8 or 16))
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"a TIFF with samples of {bits[0]} "
                    + $"bits{(One(Tag.SampleFormat, 1) == 1 ? string.Empty : " that are no unsigned numbers")}"
            );
        }

        if (IsTiled && (IsPlanar || Math.Max(One(Tag.TileWidth, 0), One(Tag.TileLength, 0)) >= LargestTile))
        {
            return IsPlanar
                ? "a TIFF with tiles in separate planes"
                : FormattableString.Invariant($"a TIFF with tiles of {One(Tag.TileWidth, 0)}x{One(Tag.TileLength, 0)}");
        }

        return One(Tag.PhotometricInterpretation, 1) switch
        {
            6 when compression is not (6 or 7) => "a TIFF in YCbCr colours without JPEG compression",
            8 or 9 or 10 => "a TIFF in the Lab colour space",
            32844 or 32845 => "a TIFF in a logarithmic colour space",
            _ => null,
        };
    }

    // Every strip or tile, whole, and the colours of a palette.
    private string? FindMissing(ReadOnlySpan<byte> encoded)
    {
        if (
            One(Tag.PhotometricInterpretation, 1) == 3
            && values.GetValueOrDefault(Tag.ColorMap, []).Length < 3 << (int)Math.Min(Bits, 16)
        )
        {
            return "its colour map is missing";
        }

        (long across, long down, long rows) = IsTiled
            ? (Pieces(Width, One(Tag.TileWidth, 0)), Pieces(Height, One(Tag.TileLength, 0)), One(Tag.TileLength, 0))
            : (1, Pieces(Height, RowsPerStrip), Math.Min(RowsPerStrip, Height));
        long planes = IsPlanar ? Samples : 1;
        long expected = across * down * planes;
        string name = IsTiled ? "tile" : "strip";
        long[] offsets = values.GetValueOrDefault(IsTiled ? Tag.TileOffsets : Tag.StripOffsets, []);
        long[] counts = values.GetValueOrDefault(IsTiled ? Tag.TileByteCounts : Tag.StripByteCounts, []);
        bool isPlain = One(Tag.Compression, 1) == 1;
        long rowBytes = (((IsTiled ? One(Tag.TileWidth, 0) : Width) * (IsPlanar ? 1 : Samples) * Bits) + 7) / 8;
        if (counts.Length == 0 && isPlain && !IsTiled && expected is > 0 and <= int.MaxValue)
        {
            counts =
            [
                .. Enumerable
                    .Range(0, (int)expected)
                    .Select(piece => Math.Min(rows, Height - (piece % down * rows)) * rowBytes),
            ]; // old files leave them out
        }

        if (expected < 1 || offsets.Length < expected || counts.Length < expected)
        {
            return FormattableString.Invariant(
                $"it names {Math.Min(offsets.Length, counts.Length)} of its {expected} {name}s"
            );
        }

        for (long piece = 0; piece < expected; piece++)
        {
            long heldRows = IsTiled ? rows : Math.Min(rows, Height - (piece % down * rows));
            bool isShort = isPlain && counts[piece] < heldRows * rowBytes;
            if (offsets[piece] < 8 || counts[piece] < 1 || offsets[piece] > encoded.Length - counts[piece] || isShort)
            {
                return FormattableString.Invariant($"its {name} {piece + 1} of {expected} is not all in the file");
            }

            ReadOnlySpan<byte> data = encoded.Slice((int)offsets[piece], (int)counts[piece]);
            if (FindMissing(data, IsTiled ? One(Tag.TileWidth, 0) : Width, heldRows, rowBytes) is { } fault)
            {
                return FormattableString.Invariant($"of its {name} {piece + 1} of {expected}, {fault}");
            }
        }

        return null;
    }

    // libvips leaves a tile as it was whose data end early; of strips its decoders say so.
    private string? FindMissing(ReadOnlySpan<byte> piece, long width, long rows, long rowBytes)
    {
        switch (One(Tag.Compression, 1))
        {
            case 7:
                bool isWhole =
                    JpegHeader.TryReadSize(piece, out ImageSize size) && size.Width >= width && size.Height >= rows;
                return JpegScans.FindFault(piece) ?? (isWhole ? null : "the JPEG is too small");
            case 1 or 2 or 3 or 4 or 6:
                return null;
            case var compression when IsTiled:
                long found = TiffPieceLength.Measure(piece, compression, rows * rowBytes);
                return found >= rows * rowBytes
                    ? null
                    : FormattableString.Invariant($"{found} of {rows * rowBytes} bytes are there");
            default:
                return null;
        }
    }

    private static long Pieces(long length, long piece) => piece < 1 ? 0 : (length + piece - 1) / piece;

    private long One(Tag tag, long missing) => values.TryGetValue(tag, out long[]? numbers) ? numbers[0] : missing;

    private readonly ref struct Reader(ReadOnlySpan<byte> bytes, bool isBigEndian)
    {
        private readonly ReadOnlySpan<byte> bytes = bytes;

        // What does not fit a long is behind the end of any file.
        internal long Number(long at, int size)
        {
            ReadOnlySpan<byte> from = bytes.Slice((int)at, size);
            return size switch
            {
                1 => from[0],
                2 => isBigEndian
                    ? BinaryPrimitives.ReadUInt16BigEndian(from)
                    : BinaryPrimitives.ReadUInt16LittleEndian(from),
                4 => isBigEndian
                    ? BinaryPrimitives.ReadUInt32BigEndian(from)
                    : BinaryPrimitives.ReadUInt32LittleEndian(from),
                _ => (long)
                    Math.Min(
                        isBigEndian
                            ? BinaryPrimitives.ReadUInt64BigEndian(from)
                            : BinaryPrimitives.ReadUInt64LittleEndian(from),
                        long.MaxValue
                    ),
            };
        }
    }
}
