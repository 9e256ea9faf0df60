using System.Buffers.Binary;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Imaging;

namespace Pipeline.Core.Tests.Imaging;

/// <summary>
/// Files that lack data and that their decoders show all the same: each is refused, and its whole original is not.
/// </summary>
public sealed class MissingDataTests
{
    private static readonly Preprocessing Rules = TestImages.Rules(16, 16);
    private static readonly ImageSize Size = new(160, 120);

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

    [Fact]
    public void Decode_GifThatLacksPixels_IsRefused()
    {
        byte[] gif = TestImages.Read("animated.gif");
        Assert.Null(Fault(gif));

        // 2 x 2 pixels: a clear code, four codes of 3 bits, an end.
        Assert.Null(Fault(Gif(4, 1, 0, 1, 0, 5)));
        Assert.Contains("holds 3 of its 4 pixels", Fault(Gif(4, 1, 0, 1, 5)), StringComparison.Ordinal);
        Assert.Contains("holds 0 of its 4 pixels", Fault(Gif(4, 5)), StringComparison.Ordinal);
        Assert.Contains(
            "no frame",
            Fault([.. "GIF89a"u8, 2, 0, 2, 0, 0x80, 0, 0, .. new byte[6], 0x3B]),
            StringComparison.Ordinal
        );
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

        int[] accepted =
        [
            .. Enumerable
                .Range(1, 60)
                .Select(part => start + ((end - start) * part / 62))
                .Where(cut => Fault(Close(whole, start, cut)) is null),
        ];

        Assert.Empty(accepted);
    }

    // The kind of a committed file, with so many pixels that a cut cannot hide.
    private static byte[] Noisy(string file) =>
        file switch
        {
            "baseline.jpg" => TestImages.Encode("jpegsave_buffer", TestImages.Photo(Size), Size),
            "progressive.jpg" => TestImages.Encode("jpegsave_buffer", TestImages.Photo(Size), Size, ("interlace", 1)),
            "restarts.jpg" => TestImages.Encode(
                "jpegsave_buffer",
                TestImages.Photo(Size),
                Size,
                ("restart_interval", 2)
            ),
            "rgb.png" => TestImages.Encode("pngsave_buffer", TestImages.Photo(Size), Size),
            "interlaced.png" => TestImages.Encode("pngsave_buffer", TestImages.Photo(Size), Size, ("interlace", 1)),
            "lossy.webp" => TestImages.Encode("webpsave_buffer", TestImages.Photo(Size), Size, ("keep", 0)),
            "lossless.webp" => TestImages.Encode(
                "webpsave_buffer",
                TestImages.Photo(Size),
                Size,
                ("keep", 0),
                ("lossless", 1)
            ),
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
                BinaryPrimitives.WriteUInt32BigEndian(
                    checksum,
                    System.IO.Hashing.Crc32.HashToUInt32(kept.AsSpan(start - 4))
                );
                return [.. kept, .. checksum, 0, 0, 0, 0, .. "IEND"u8, 0xAE, 0x42, 0x60, 0x82];
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Decode_WebPWhoseTailIsZeros_IsRefused(int lossless)
    {
        byte[] webp = TestImages.Encode(
            "webpsave_buffer",
            TestImages.Photo(Size),
            Size,
            ("lossless", lossless),
            ("keep", 0)
        );
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
        foreach (
            string file in new[]
            {
                "rgb.bmp",
                "bmp-1.bmp",
                "bmp-4.bmp",
                "bmp-8.bmp",
                "bmp-core.bmp",
                "bmp-555.bmp",
                "bmp-565.bmp",
                "bmp-32.bmp",
                "bmp-alpha.bmp",
                "bmp-rle8.bmp",
                "bmp-rle4.bmp",
            }
        )
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
            if (
                jpeg[at] == 0xFF
                && jpeg[at + 1] == 0xC4
                && at + 2 + BinaryPrimitives.ReadUInt16BigEndian(jpeg.AsSpan(at + 2)) == scan
            )
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
        return
        [
            .. "GIF89a"u8,
            2,
            0,
            2,
            0,
            0x80,
            0,
            0,
            0,
            0,
            0,
            255,
            255,
            255,
            0x2C,
            0,
            0,
            0,
            0,
            2,
            0,
            2,
            0,
            0,
            2,
            (byte)data.Length,
            .. data,
            0,
            0x3B,
        ];
    }
}
