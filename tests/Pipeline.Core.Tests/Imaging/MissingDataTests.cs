using System.Buffers.Binary;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Imaging;
using Pipeline.Core.Imaging.Decoding;

namespace Pipeline.Core.Tests.Imaging;

/// <summary>Files that lack data and that their decoders show all the same: each is refused, and its whole original is not.</summary>
public sealed class MissingDataTests
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
        Assert.Contains("colour map is missing", Fault(Tiff(photometric: 3, samples: 1, colorMap: false)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0u, 64u)]    // a strip at the very start
    [InlineData(5000u, 64u)] // behind the end
    [InlineData(8u, 63u)]    // a byte short
    [InlineData(8u, 0u)]
    public void Decode_TiffStripThatIsNotThere_IsRefused(uint offset, uint count)
    {
        Assert.Contains("strip 1 of 1 is not all in the file", Fault(Tiff(stripOffset: offset, stripCount: count)), StringComparison.Ordinal);
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

        Assert.Equal(ImageDecoder.DecodeOriginal(plain, "plain").Pixels.ToArray(), ImageDecoder.DecodeOriginal(big, "big").Pixels.ToArray());
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
        int at = Enumerable.Range(0, entries).Select(entry => directory + 2 + (12 * entry)).First(entry => BinaryPrimitives.ReadInt16LittleEndian(tiff.AsSpan(entry)) == 279);
        bool isOne = BinaryPrimitives.ReadInt32LittleEndian(tiff.AsSpan(at + 4)) == 1;
        int size = BinaryPrimitives.ReadInt16LittleEndian(tiff.AsSpan(at + 2)) == 3 ? 2 : 4;
        int count = isOne ? at + 8 : BinaryPrimitives.ReadInt32LittleEndian(tiff.AsSpan(at + 8));
        int whole = size == 2 ? BinaryPrimitives.ReadInt16LittleEndian(tiff.AsSpan(count)) : BinaryPrimitives.ReadInt32LittleEndian(tiff.AsSpan(count));

        foreach (int percent in new[] { 10, 50, 90 })
        {
            byte[] damaged = [.. tiff];
            BinaryPrimitives.WriteInt16LittleEndian(damaged.AsSpan(count), (short)(whole * percent / 100));
            Assert.True(Fault(damaged) is not null, $"{percent} % of {whole} bytes were enough");
        }
    }

    // libvips leaves a tile as it was whose data end early. A tile's bytes are counted, and of a cut one fewer are found.
    [Theory]
    [InlineData(2, 8)]      // deflate
    [InlineData(3, 32773)]  // PackBits
    [InlineData(5, 5)]      // LZW
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
                Assert.InRange(TiffPieceLength.Of(data, compression, TileBytes), TileBytes, TileBytes + 4096);
                Assert.InRange(TiffPieceLength.Of(data.AsSpan(0, data.Length / 2), compression, TileBytes), 1, TileBytes - 1);
            }
        }
    }

    // Under the older rules a half-size copy needs no row of the last blocks.
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Decode_JpegCutInRowsThatAShrunkCopyLeavesOut_IsRefused(int version)
    {
        var size = new ImageSize(500, 513);
        byte[] jpeg = TestImages.Encode("jpegsave_buffer", TestImages.Noise(size), size);
        Preprocessing rules = TestImages.Rules(16, 16) with { Version = version };
        var result = new byte[rules.Size.RgbBytes];
        ImageDecoder.Decode(jpeg, "whole", rules, result);
        byte[] cut = [.. jpeg[..^102].AsSpan().TrimEnd((byte)0xFF), 0xFF, 0xD9];

        Assert.Throws<ImageDecodeException>(() => ImageDecoder.Decode(cut, "cut", rules, result));
    }

    private static long[] Numbers(byte[] tiff, int tag)
    {
        int directory = BinaryPrimitives.ReadInt32LittleEndian(tiff.AsSpan(4));
        int at = Enumerable.Range(0, BinaryPrimitives.ReadInt16LittleEndian(tiff.AsSpan(directory))).Select(entry => directory + 2 + (12 * entry)).First(entry => BinaryPrimitives.ReadInt16LittleEndian(tiff.AsSpan(entry)) == tag);
        int size = BinaryPrimitives.ReadInt16LittleEndian(tiff.AsSpan(at + 2)) == 3 ? 2 : 4;
        int count = BinaryPrimitives.ReadInt32LittleEndian(tiff.AsSpan(at + 4));
        int start = count * size <= 4 ? at + 8 : BinaryPrimitives.ReadInt32LittleEndian(tiff.AsSpan(at + 8));
        return [.. Enumerable.Range(0, count).Select(index => size == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(tiff.AsSpan(start + (2 * index))) : (long)BinaryPrimitives.ReadUInt32LittleEndian(tiff.AsSpan(start + (4 * index))))];
    }

    [Fact]
    public void Decode_GifThatLacksPixels_IsRefused()
    {
        byte[] gif = TestImages.Read("animated.gif");
        Assert.Null(Fault(gif));

        // 2 x 2 pixels: a clear code, four codes of 3 bits, an end.
        Assert.Null(Fault(Gif(4, 1, 0, 1, 0, 5)));
        Assert.Contains("holds 3 of its 4 pixels", Fault(Gif(4, 1, 0, 1, 5)), StringComparison.Ordinal);
        Assert.Contains("holds 0 of its 4 pixels", Fault(Gif(4, 5)), StringComparison.Ordinal);
        Assert.Contains("no frame", Fault([.. "GIF89a"u8, 2, 0, 2, 0, 0x80, 0, 0, .. new byte[6], 0x3B]), StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_ProgressiveJpegWithoutItsLastScans_IsRefused()
    {
        byte[] jpeg = TestImages.Encode("jpegsave_buffer", TestImages.Photo(Size), Size, ("interlace", 1));
        Assert.Null(Fault(jpeg));
        int[] scans = [.. Enumerable.Range(0, jpeg.Length - 1).Where(at => jpeg[at] == 0xFF && jpeg[at + 1] == 0xDA)];
        Assert.True(scans.Length > 3);

        Assert.All(scans, at => Assert.NotNull(Fault([.. jpeg[..TablesBefore(jpeg, at)], 0xFF, 0xD9])));
    }

    // A warning that means nothing, then a cut: libjpeg says only the first.
    [Fact]
    public void Decode_JpegCutBehindAHarmlessWarning_IsRefused()
    {
        byte[] jpeg = TestImages.Encode("jpegsave_buffer", TestImages.Photo(Size), Size);
        int app0 = jpeg.AsSpan().IndexOf("JFIF"u8);
        byte[] odd = [.. jpeg];
        if (app0 > 0)
        {
            odd[app0 + 5] = 2; // a version of JFIF that there is not
        }

        byte[] stray = [.. odd[..20], 1, 2, 3, .. odd[20..]];
        Assert.Null(Fault(stray));

        foreach (int kept in Enumerable.Range(1, 15).Select(part => 1000 + ((stray.Length - 1000) * part / 16)))
        {
            Assert.NotNull(Fault([.. stray[..kept].AsSpan().TrimEnd((byte)0xFF), 0xFF, 0xD9]));
        }
    }

    // Cut anywhere in the pixels, and closed so that the container is whole again.
    [Theory]
    [InlineData("baseline.jpg")]
    [InlineData("progressive.jpg")]
    [InlineData("restarts.jpg")]
    [InlineData("rgb.png")]
    [InlineData("interlaced.png")]
    [InlineData("palette.png")]
    [InlineData("lossy.webp")]
    [InlineData("lossless.webp")]
    [InlineData("animated.webp")]
    [InlineData("animated.gif")]
    public void Decode_CutAndClosed_IsRefused(string file)
    {
        byte[] whole = Noisy(file);
        Assert.Null(Fault(whole));
        (int start, int end) = PixelsOf(whole);

        int[] accepted = [.. Enumerable.Range(1, 60).Select(part => start + ((end - start) * part / 62)).Where(cut => Fault(Close(whole, start, cut)) is null)];

        Assert.Empty(accepted);
    }

    // The kind of a committed file, with so many pixels that a cut cannot hide.
    private static byte[] Noisy(string file) => file switch
    {
        "baseline.jpg" => TestImages.Encode("jpegsave_buffer", TestImages.Photo(Size), Size),
        "progressive.jpg" => TestImages.Encode("jpegsave_buffer", TestImages.Photo(Size), Size, ("interlace", 1)),
        "restarts.jpg" => TestImages.Encode("jpegsave_buffer", TestImages.Photo(Size), Size, ("restart_interval", 2)),
        "rgb.png" => TestImages.Encode("pngsave_buffer", TestImages.Photo(Size), Size),
        "interlaced.png" => TestImages.Encode("pngsave_buffer", TestImages.Photo(Size), Size, ("interlace", 1)),
        "lossy.webp" => TestImages.Encode("webpsave_buffer", TestImages.Photo(Size), Size, ("keep", 0)),
        "lossless.webp" => TestImages.Encode("webpsave_buffer", TestImages.Photo(Size), Size, ("keep", 0), ("lossless", 1)),
        _ => TestImages.Read(file),
    };

    private static (int Start, int End) PixelsOf(byte[] file)
    {
        ReadOnlySpan<byte> bytes = file;
        if (file[0] == 0xFF)
        {
            int scan = bytes.IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
            return (scan + 2 + BinaryPrimitives.ReadUInt16BigEndian(bytes[(scan + 2)..]), file.Length - 2);
        }

        if (file[0] == 'R')
        {
            int frame = Math.Max(bytes.IndexOf("VP8 "u8), bytes.IndexOf("VP8L"u8));
            return (frame + 8, frame + 8 + BinaryPrimitives.ReadInt32LittleEndian(bytes[(frame + 4)..]));
        }

        if (file[0] == 'G')
        {
            int frame = bytes.IndexOf((ReadOnlySpan<byte>)[0x2C, 0, 0, 0, 0]) + 10;
            frame += (file[frame - 1] & 0x80) == 0 ? 0 : 3 << ((file[frame - 1] & 7) + 1);
            return (frame + 1, frame + 2 + file[frame + 1]);
        }

        int data = bytes.IndexOf("IDAT"u8) + 4;
        return (data, data + BinaryPrimitives.ReadInt32BigEndian(bytes[(data - 8)..]));
    }

    private static byte[] Close(byte[] file, int start, int cut)
    {
        byte[] kept = file[..cut];
        switch (file[0])
        {
            case 0xFF:
                return [.. kept.AsSpan().TrimEnd((byte)0xFF), 0xFF, 0xD9];
            case (byte)'R':
                byte[] even = [.. kept, .. new byte[cut - start & 1]];
                BinaryPrimitives.WriteInt32LittleEndian(even.AsSpan(start - 4), cut - start);
                BinaryPrimitives.WriteInt32LittleEndian(even.AsSpan(4), even.Length - 8);
                return even;
            case (byte)'G':
                kept[start] = (byte)(cut - start - 1);
                return [.. kept, 0, 0x3B];
            default:
                BinaryPrimitives.WriteInt32BigEndian(kept.AsSpan(start - 8), cut - start);
                byte[] checksum = new byte[4];
                BinaryPrimitives.WriteUInt32BigEndian(checksum, System.IO.Hashing.Crc32.HashToUInt32(kept.AsSpan(start - 4)));
                return [.. kept, .. checksum, 0, 0, 0, 0, .. "IEND"u8, 0xAE, 0x42, 0x60, 0x82];
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Decode_WebPWhoseTailIsZeros_IsRefused(int lossless)
    {
        byte[] webp = TestImages.Encode("webpsave_buffer", TestImages.Photo(Size), Size, ("lossless", lossless), ("keep", 0));
        Assert.Null(Fault(webp));

        foreach (int tail in new[] { 80, 100, webp.Length / 4, webp.Length / 2, webp.Length * 9 / 10 })
        {
            byte[] damaged = [.. webp];
            damaged.AsSpan(damaged.Length - tail).Clear();
            Assert.NotNull(Fault(damaged));
        }
    }

    [Fact]
    public void Decode_WebPThatLacksAChunk_IsRefused()
    {
        byte[] webp = TestImages.Read("exif-6.webp");
        int exif = webp.AsSpan().IndexOf("EXIF"u8);
        byte[] without = [.. webp[..exif]];
        BinaryPrimitives.WriteInt32LittleEndian(without.AsSpan(4), without.Length - 8);

        Assert.Null(Fault(webp));
        Assert.Contains("Exif data are missing", Fault(without), StringComparison.Ordinal);
    }

    // A flat picture's data are mostly zeros, and all of them count.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 255)]
    [InlineData(1, 0)]
    [InlineData(1, 255)]
    public void Decode_WebPOfOneColour_IsAccepted(int lossless, byte level)
    {
        foreach (int side in new[] { 1, 16, 100, 1000 })
        {
            var size = new ImageSize(side, side);
            byte[] flat = [.. Enumerable.Repeat(level, size.RgbBytes)];

            Assert.Null(Fault(TestImages.Encode("webpsave_buffer", flat, size, ("lossless", lossless))));
        }
    }

    [Fact]
    public void Decode_BmpThatLacksData_IsRefused()
    {
        foreach (string file in new[] { "rgb.bmp", "bmp-1.bmp", "bmp-4.bmp", "bmp-8.bmp", "bmp-core.bmp", "bmp-555.bmp", "bmp-565.bmp", "bmp-32.bmp", "bmp-alpha.bmp", "bmp-rle8.bmp", "bmp-rle4.bmp" })
        {
            byte[] whole = TestImages.Read(file);
            Assert.Null(Fault(whole));
            Assert.All(Enumerable.Range(0, whole.Length - 2), length => Assert.NotNull(Fault(whole[..length])));
        }
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

    // Where the tables of the scan at that place begin, so that the cut leaves whole segments only.
    private static int TablesBefore(byte[] jpeg, int scan)
    {
        for (int at = scan - 1; at > 0; at--)
        {
            if (jpeg[at] == 0xFF && jpeg[at + 1] == 0xC4 && at + 2 + BinaryPrimitives.ReadUInt16BigEndian(jpeg.AsSpan(at + 2)) == scan)
            {
                return at;
            }
        }

        return scan;
    }

    private static byte[] Gif(params int[] codes)
    {
        long bits = 0;
        for (int index = 0; index < codes.Length; index++)
        {
            bits |= (long)codes[index] << (3 * index);
        }

        byte[] data = BitConverter.GetBytes(bits)[..(((3 * codes.Length) + 7) / 8)];
        return [.. "GIF89a"u8, 2, 0, 2, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255, 0x2C, 0, 0, 0, 0, 2, 0, 2, 0, 0, 2, (byte)data.Length, .. data, 0, 0x3B];
    }

    // 8 x 8 pixels of one byte a sample in one strip behind the header, then the directory, then what it points at.
    private static byte[] Tiff(int photometric = 1, int samples = 1, int compression = 1, int bits = 8, uint stripOffset = 8, uint? stripCount = null, bool colorMap = false)
    {
        var entries = new List<(int Tag, int Type, uint Count, uint Value)>
        {
            (256, 3, 1, 8), (257, 3, 1, 8), (258, 3, 1, (uint)bits), (259, 3, 1, (uint)compression), (262, 3, 1, (uint)photometric), (273, 4, 1, stripOffset), (277, 3, 1, (uint)samples),
            (278, 3, 1, 8), (279, 4, 1, stripCount ?? (uint)(64 * samples)),
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
