using System.Buffers.Binary;
using System.Numerics;
using Pipeline.Core.Contracts;

namespace Pipeline.Core.Imaging.Decoding;

/// <summary>What the head of a BMP says of its pixels.</summary>
/// <remarks>
/// Source: Microsoft's BITMAPFILEHEADER, BITMAPCOREHEADER, BITMAPINFOHEADER, BITMAPV4HEADER and BITMAPV5HEADER.
/// </remarks>
internal readonly record struct BmpHeader
{
    private const int FileHeaderBytes = 14;
    private const int CoreHeaderBytes = 12;
    private const int InfoHeaderBytes = 40;
    private const int MostSide = 1 << 20;

    /// <summary>How rows are written: plain, or as runs of 8- or 4-bit indices.</summary>
    internal enum Coding
    {
        /// <summary>Plain rows.</summary>
        None = 0,

        /// <summary>Runs of bytes.</summary>
        Rle8 = 1,

        /// <summary>Runs of half bytes.</summary>
        Rle4 = 2,
    }

    /// <summary>Size of the picture.</summary>
    internal ImageSize Size { get; private init; }

    /// <summary>Whether the first row in the file is the topmost.</summary>
    internal bool IsTopDown { get; private init; }

    /// <summary>Bits of a pixel: 1, 2, 4, 8, 16, 24 or 32.</summary>
    internal int Bits { get; private init; }

    /// <summary>How rows are written.</summary>
    internal Coding Compression { get; private init; }

    /// <summary>Where the pixels begin.</summary>
    internal int Start { get; private init; }

    /// <summary>Where the palette begins.</summary>
    internal int PaletteStart { get; private init; }

    /// <summary>Colours in the palette.</summary>
    internal int PaletteCount { get; private init; }

    /// <summary>Bytes of a colour of the palette: 3 or 4, blue first.</summary>
    internal int PaletteStride { get; private init; }

    /// <summary>Where red, green, blue and alpha are in a pixel of 16 or 32 bits; an alpha of 0 is none.</summary>
    internal (uint Red, uint Green, uint Blue, uint Alpha) Masks { get; private init; }

    /// <summary>Bytes from row to row.</summary>
    internal int Stride => (((Size.Width * Bits) + 31) / 32) * 4;

    /// <summary>Whether a file's head is one; <c>BM</c> alone could begin a text.</summary>
    /// <param name="encoded">The file.</param>
    /// <returns>Whether the second header has a known length.</returns>
    internal static bool Begins(ReadOnlySpan<byte> encoded) =>
        encoded.StartsWith("BM"u8)
        && encoded.Length >= FileHeaderBytes + CoreHeaderBytes
        && BinaryPrimitives.ReadUInt32LittleEndian(encoded[FileHeaderBytes..])
            is CoreHeaderBytes
                or 16
                or InfoHeaderBytes
                or 52
                or 56
                or 64
                or 108
                or 124;

    /// <summary>Reads the head and looks whether all pixels are there.</summary>
    /// <param name="encoded">A file that <see cref="Begins"/> as a BMP does.</param>
    /// <param name="unsupported">What kind of BMP it is when that kind is not decoded, with its article.</param>
    /// <returns>What is missing; <c>null</c> when everything is there.</returns>
    internal static string? FindFault(ReadOnlySpan<byte> encoded, out string? unsupported)
    {
        BmpHeader header = Read(encoded, out string? fault, out unsupported);
        if (fault is not null || unsupported is not null)
        {
            return fault;
        }

        bool isWhole =
            header.Compression != Coding.None
            || header.Start + ((long)header.Stride * header.Size.Height) <= encoded.Length;
        return isWhole ? null : "its pixels are not all in the file";
    }

    /// <summary>Reads the head.</summary>
    /// <param name="encoded">The file.</param>
    /// <param name="fault">What is wrong with it.</param>
    /// <param name="unsupported">What kind of BMP it is when that kind is not decoded, with its article.</param>
    /// <returns>The head; undefined after a fault.</returns>
    internal static BmpHeader Read(ReadOnlySpan<byte> encoded, out string? fault, out string? unsupported)
    {
        (fault, unsupported) = ("its header is broken", null);
        ReadOnlySpan<byte> dib = encoded[FileHeaderBytes..];
        int length = BinaryPrimitives.ReadInt32LittleEndian(dib);
        bool isCore = length == CoreHeaderBytes;
        if (dib.Length < length || (!isCore && dib.Length < InfoHeaderBytes))
        {
            return default;
        }

        (long width, long height, int bits, uint compression, uint used) = isCore
            ? (Word(dib, 4), (short)Word(dib, 6), Word(dib, 10), 0, 0u)
            : (
                Long(dib, 4),
                Long(dib, 8),
                Word(dib, 14),
                length >= 20 ? ULong(dib, 16) : 0,
                length >= InfoHeaderBytes ? ULong(dib, 32) : 0
            );
        uint start = ULong(encoded, 10);
        if (compression is 4 or 5)
        {
            (fault, unsupported) = (null, $"a BMP file that wraps a {(compression == 4 ? "JPEG" : "PNG")}");
            return default;
        }

        bool hasMasks = compression is 3 or 6;
        bool isKnown =
            (bits, compression) is (1 or 2 or 4 or 8 or 16 or 24 or 32, 0) or (8, 1) or (4, 2) or (16 or 32, 3 or 6);
        if (
            !isKnown
            || width is < 1 or > MostSide
            || height is 0 or > MostSide or < -MostSide
            || start < FileHeaderBytes
            || start > encoded.Length
        )
        {
            return default;
        }

        int maskBytes = hasMasks && length == InfoHeaderBytes ? (compression == 6 ? 16 : 12) : 0;
        int paletteStart = FileHeaderBytes + length + maskBytes;
        int paletteStride = isCore ? 3 : 4;
        long room = Math.Max(0, (start - (long)paletteStart) / paletteStride);
        int paletteCount = bits > 8 ? 0 : (int)Math.Min(Math.Min(used == 0 ? 1u << bits : used, 1u << bits), room);
        if (paletteStart > encoded.Length || (bits <= 8 && paletteCount == 0))
        {
            return default;
        }

        (uint, uint, uint, uint) masks = bits == 16 ? (0x7C00u, 0x3E0u, 0x1Fu, 0u) : (0xFF0000u, 0xFF00u, 0xFFu, 0u);
        if (hasMasks)
        {
            masks = (
                ULong(dib, 40),
                ULong(dib, 44),
                ULong(dib, 48),
                length >= 56 || compression == 6 ? ULong(dib, 52) : 0
            );
            if (!AreMasks(masks))
            {
                return default;
            }
        }

        fault = null;
        return new BmpHeader
        {
            Size = new ImageSize((int)width, (int)Math.Abs(height)),
            IsTopDown = height < 0,
            Bits = bits,
            Compression = hasMasks ? Coding.None : (Coding)compression,
            Start = (int)start,
            PaletteStart = paletteStart,
            PaletteCount = paletteCount,
            PaletteStride = paletteStride,
            Masks = masks,
        };
    }

    // Three of adjacent bits each, and an alpha that may be none.
    private static bool AreMasks((uint Red, uint Green, uint Blue, uint Alpha) masks) =>
        masks.Red != 0
        && masks.Green != 0
        && masks.Blue != 0
        && IsRun(masks.Red)
        && IsRun(masks.Green)
        && IsRun(masks.Blue)
        && (masks.Alpha == 0 || IsRun(masks.Alpha));

    private static bool IsRun(uint mask) => BitOperations.IsPow2((mask >> BitOperations.TrailingZeroCount(mask)) + 1UL);

    private static int Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static int Long(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt32LittleEndian(bytes[at..]);

    private static uint ULong(ReadOnlySpan<byte> bytes, int at) =>
        bytes.Length < at + 4 ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
}
