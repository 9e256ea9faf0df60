using System.Buffers.Binary;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Imaging;
using Pipeline.Core.Imaging.Decoding;

namespace Pipeline.Core.Tests.Imaging;

/// <summary>
/// TIFF files that lack data and that their decoder shows all the same: each is refused, and its whole original is
/// not.
/// </summary>
public sealed class MissingTiffDataTests
{
    private static readonly Preprocessing Rules = TestImages.Rules(16, 16);
    private static readonly ImageSize Size = new(160, 120);

    [Fact]
    public void Decode_PaletteTiffWithoutItsColours_IsRefused()
    {
        byte[] tiff = TestImages.Encode("tiffsave_buffer", TestImages.Photo(Size), Size);
        Assert.Null(Fault(tiff));
        byte[] palette = Tiff(photometric: 3, samples: 1, colorMap: true);
        Assert.Null(Fault(palette));

        Assert.Contains("lies behind its end", Fault(palette[..^1]), StringComparison.Ordinal);
        Assert.Contains(
            "colour map is missing",
            Fault(Tiff(photometric: 3, samples: 1, colorMap: false)),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(0u, 64u)] // a strip at the very start
    [InlineData(5000u, 64u)] // behind the end
    [InlineData(8u, 63u)] // a byte short
    [InlineData(8u, 0u)]
    public void Decode_TiffStripThatIsNotThere_IsRefused(uint offset, uint count)
    {
        Assert.Contains(
            "strip 1 of 1 is not all in the file",
            Fault(Tiff(stripOffset: offset, stripCount: count)),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(50000, "ZSTD compression")]
    [InlineData(34925, "LZMA compression")]
    [InlineData(4711, "unknown (4711) compression")]
    public void Decode_TiffOfAnotherCompression_IsRefusedByName(int compression, string expected)
    {
        string? fault = Fault(Tiff(compression: compression));

        Assert.Contains(expected, fault, StringComparison.Ordinal);
        Assert.Contains("not supported", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_TiffOfOtherSamples_IsRefusedByName()
    {
        Assert.Contains("samples of 12 bits", Fault(Tiff(bits: 12)), StringComparison.Ordinal);
        Assert.Contains("Lab colour space", Fault(Tiff(photometric: 8, samples: 3)), StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_BigTiff_ShowsThePicture()
    {
        byte[] plain = TestImages.Encode("tiffsave_buffer", TestImages.Photo(Size), Size);
        byte[] big = TestImages.Encode("tiffsave_buffer", TestImages.Photo(Size), Size, ("bigtiff", 1));
        Assert.Equal(43, big[2]);

        Assert.Equal(
            ImageDecoder.DecodeOriginal(plain, "plain").Pixels.ToArray(),
            ImageDecoder.DecodeOriginal(big, "big").Pixels.ToArray()
        );
    }

    // Compressed strips, tiles, many strips.
    [Theory]
    [InlineData("compression", 2)] // VipsForeignTiffCompression: deflate
    [InlineData("compression", 5)] // LZW
    [InlineData("tile", 1)]
    [InlineData("pyramid", 1)]
    [InlineData("bigtiff", 1)]
    public void Decode_AnyWholeTiff_IsAccepted(string property, int value)
    {
        Assert.Null(Fault(TestImages.Encode("tiffsave_buffer", TestImages.Photo(Size), Size, (property, value))));
    }

    // The directory says less data than there are: what a strip lacks is in no other place.
    [Theory]
    [InlineData(0)] // VipsForeignTiffCompression: none
    [InlineData(1)] // JPEG
    [InlineData(2)] // deflate
    [InlineData(3)] // PackBits
    [InlineData(5)] // LZW
    public void Decode_TiffStripThatEndsEarly_IsRefused(int compression)
    {
        byte[] tiff = TestImages.Encode("tiffsave_buffer", TestImages.Photo(Size), Size, ("compression", compression));
        Assert.Null(Fault(tiff));
        int directory = BinaryPrimitives.ReadInt32LittleEndian(tiff.AsSpan(4));
        int entries = BinaryPrimitives.ReadInt16LittleEndian(tiff.AsSpan(directory));
        int at = Enumerable
            .Range(0, entries)
            .Select(entry => directory + 2 + (12 * entry))
            .First(entry => BinaryPrimitives.ReadInt16LittleEndian(tiff.AsSpan(entry)) == 279);
        bool isOne = BinaryPrimitives.ReadInt32LittleEndian(tiff.AsSpan(at + 4)) == 1;
        int size = BinaryPrimitives.ReadInt16LittleEndian(tiff.AsSpan(at + 2)) == 3 ? 2 : 4;
        int count = isOne ? at + 8 : BinaryPrimitives.ReadInt32LittleEndian(tiff.AsSpan(at + 8));
        int whole =
            size == 2
                ? BinaryPrimitives.ReadInt16LittleEndian(tiff.AsSpan(count))
                : BinaryPrimitives.ReadInt32LittleEndian(tiff.AsSpan(count));

        foreach (int percent in new[] { 10, 50, 90 })
        {
            byte[] damaged = [.. tiff];
            BinaryPrimitives.WriteInt16LittleEndian(damaged.AsSpan(count), (short)(whole * percent / 100));
            Assert.True(Fault(damaged) is not null, $"{percent} % of {whole} bytes were enough");
        }
    }

    // libvips leaves a tile as it was whose data end early. A tile's bytes are counted, and of a cut one fewer are
    // found.
    [Theory]
    [InlineData(2, 8)] // deflate
    [InlineData(3, 32773)] // PackBits
    [InlineData(5, 5)] // LZW
    public void Decode_TiffTileThatEndsEarly_IsRefused(int saved, int compression)
    {
        const int TileBytes = 128 * 128 * 3;
        var size = new ImageSize(300, 200);
        foreach (byte[] pixels in new[] { TestImages.Photo(size), TestImages.Noise(size), TestImages.Ramp(size) })
        {
            byte[] tiff = TestImages.Encode("tiffsave_buffer", pixels, size, ("compression", saved), ("tile", 1));
            Assert.Null(Fault(tiff));
            long[] offsets = Numbers(tiff, 324);
            long[] counts = Numbers(tiff, 325);
            Assert.Equal(6, offsets.Length);
            for (int tile = 0; tile < offsets.Length; tile++)
            {
                byte[] data = tiff[(int)offsets[tile]..(int)(offsets[tile] + counts[tile])];
                Assert.InRange(TiffPieceLength.Measure(data, compression, TileBytes), TileBytes, TileBytes + 4096);
                Assert.InRange(
                    TiffPieceLength.Measure(data.AsSpan(0, data.Length / 2), compression, TileBytes),
                    1,
                    TileBytes - 1
                );
            }
        }
    }

    private static long[] Numbers(byte[] tiff, int tag)
    {
        int directory = BinaryPrimitives.ReadInt32LittleEndian(tiff.AsSpan(4));
        int at = Enumerable
            .Range(0, BinaryPrimitives.ReadInt16LittleEndian(tiff.AsSpan(directory)))
            .Select(entry => directory + 2 + (12 * entry))
            .First(entry => BinaryPrimitives.ReadInt16LittleEndian(tiff.AsSpan(entry)) == tag);
        int size = BinaryPrimitives.ReadInt16LittleEndian(tiff.AsSpan(at + 2)) == 3 ? 2 : 4;
        int count = BinaryPrimitives.ReadInt32LittleEndian(tiff.AsSpan(at + 4));
        int start = count * size <= 4 ? at + 8 : BinaryPrimitives.ReadInt32LittleEndian(tiff.AsSpan(at + 8));
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(index =>
                    size == 2
                        ? BinaryPrimitives.ReadUInt16LittleEndian(tiff.AsSpan(start + (2 * index)))
                        : (long)BinaryPrimitives.ReadUInt32LittleEndian(tiff.AsSpan(start + (4 * index)))
                ),
        ];
    }

    private static string? Fault(byte[] encoded)
    {
        try
        {
            ImageDecoder.Decode(encoded, "x", Rules, new byte[Rules.Size.RgbBytes]);
            return null;
        }
        catch (ImageDecodeException error)
        {
            return error.Message;
        }
    }

    // 8 x 8 pixels of one byte a sample in one strip behind the header, then the directory, then what it points at.
    private static byte[] Tiff(
        int photometric = 1,
        int samples = 1,
        int compression = 1,
        int bits = 8,
        uint stripOffset = 8,
        uint? stripCount = null,
        bool colorMap = false
    )
    {
        var entries = new List<(int Tag, int Type, uint Count, uint Value)>
        {
            (256, 3, 1, 8),
            (257, 3, 1, 8),
            (258, 3, 1, (uint)bits),
            (259, 3, 1, (uint)compression),
            (262, 3, 1, (uint)photometric),
            (273, 4, 1, stripOffset),
            (277, 3, 1, (uint)samples),
            (278, 3, 1, 8),
            (279, 4, 1, stripCount ?? (uint)(64 * samples)),
        };
        int directory = 8 + (64 * samples);
        int behind = directory + 2 + (12 * (entries.Count + (colorMap ? 1 : 0))) + 4;
        if (colorMap)
        {
            entries.Add((320, 3, 768, (uint)behind));
        }

        byte[] file = new byte[behind + (colorMap ? 1536 : 0)];
        "II*\0"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), directory);
        for (int index = 0; index < 64 * samples; index++)
        {
            file[8 + index] = (byte)(index * 3);
        }

        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(directory), (short)entries.Count);
        for (int index = 0; index < entries.Count; index++)
        {
            Span<byte> entry = file.AsSpan(directory + 2 + (12 * index));
            BinaryPrimitives.WriteInt16LittleEndian(entry, (short)entries[index].Tag);
            BinaryPrimitives.WriteInt16LittleEndian(entry[2..], (short)entries[index].Type);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[4..], entries[index].Count);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], entries[index].Value);
        }

        return file;
    }
}
