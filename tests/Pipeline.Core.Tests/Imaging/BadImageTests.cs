using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Imaging;

namespace Pipeline.Core.Tests.Imaging;

/// <summary>
/// Every fault of a file is an <see cref="ImageDecodeException"/> that names the file; none crashes the process, and no
/// half picture comes back.
/// </summary>
public sealed class BadImageTests
{
    private static readonly Preprocessing Rules = TestImages.Rules(16, 16);

    [Fact]
    public void DecodeFile_Missing_SaysSo()
    {
        AssertRefused(
            () => ImageDecoder.DecodeFile("no/such.png", Rules, new byte[768]),
            "no/such.png",
            "does not exist"
        );
    }

    [Fact]
    public void DecodeFile_Directory_SaysSo()
    {
        AssertRefused(
            () => ImageDecoder.DecodeFile(AppContext.BaseDirectory, Rules, new byte[768]),
            AppContext.BaseDirectory,
            "is a folder"
        );
    }

    [Fact]
    public void Decode_Empty_SaysSo()
    {
        AssertRefused(() => Decode([]), "x.png", "is empty (0 bytes)");
    }

    [Theory]
    [InlineData("just some words\n", "a text file")]
    [InlineData("<!DOCTYPE html><html>404</html>", "an HTML page")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' width='4' height='4'/>", "an SVG drawing")]
    [InlineData("<?xml version='1.0'?><svg/>", "an SVG drawing")]
    [InlineData("%PDF-1.7\n", "a PDF file")]
    [InlineData("BM12345678", "a text file")]
    [InlineData("\0\0\0\u0018ftypavif....", "an AVIF file")]
    [InlineData("\0\0\0\u0018ftypheic....", "a HEIC file")]
    [InlineData("\0\u0001\u0002\u0003", "not an image of a known format")]
    public void Decode_OtherFormat_IsRefusedByName(string content, string found)
    {
        AssertRefused(() => Decode(System.Text.Encoding.Latin1.GetBytes(content)), "x.png", found);
    }

    [Fact]
    public void Decode_HeaderOfHugeImage_IsRefusedBeforeDecoding()
    {
        AssertRefused(() => Decode(TestImages.Read("huge-header.png")), "x.png", "20000x20000");
    }

    [Fact]
    public void Decode_FloatSamples_AreRefused()
    {
        AssertRefused(() => Decode(TestImages.Read("float.tif")), "x.png", "samples of 32 bits");
    }

    [Theory]
    [InlineData("baseline.jpg")]
    [InlineData("progressive.jpg")]
    [InlineData("cmyk.jpg")]
    [InlineData("exif-6.jpg")]
    [InlineData("rgb.png")]
    [InlineData("palette.png")]
    [InlineData("lossy.webp")]
    [InlineData("lossless.webp")]
    [InlineData("animated.webp")]
    [InlineData("animated.gif")]
    public void Decode_AnyPrefix_IsRefused(string file)
    {
        byte[] whole = TestImages.Read(file);

        int[] accepted = [.. Enumerable.Range(0, whole.Length).Where(length => !IsRefused(whole[..length]))];

        Assert.Empty(accepted);
        Assert.False(IsRefused(whole));
    }

    // Tall, so that the rows behind the crop are never needed for the result.
    [Theory]
    [InlineData("jpegsave_buffer")]
    [InlineData("pngsave_buffer")]
    [InlineData("webpsave_buffer")]
    public void Decode_PrefixBehindTheCrop_IsRefused(string saver)
    {
        var size = new ImageSize(60, 600);
        byte[] whole = TestImages.Encode(saver, TestImages.Photo(size), size);
        Preprocessing crop = TestImages.Rules(16, 16, ResizeMode.FitCrop);

        int[] accepted =
        [
            .. Enumerable
                .Range(1, 200)
                .Select(step => whole.Length * step / 201)
                .Where(length => !IsRefused(whole[..length], crop)),
        ];

        Assert.Empty(accepted);
    }

    // The shrunk decode reads the same file another way.
    [Fact]
    public void Decode_PrefixOfShrunkJpeg_IsRefused()
    {
        var size = new ImageSize(400, 300);
        byte[] whole = TestImages.Encode("jpegsave_buffer", TestImages.Photo(size), size);

        int[] accepted =
        [
            .. Enumerable
                .Range(1, 200)
                .Select(step => whole.Length * step / 201)
                .Where(length => !IsRefused(whole[..length])),
        ];

        Assert.Empty(accepted);
    }

    [Theory]
    [InlineData("rgb.tif")]
    [InlineData("palette.tif")]
    [InlineData("big.tif")]
    public void Decode_TruncatedTiff_IsRefusedOrWhole(string file)
    {
        // A TIFF may keep its directory before its pixels and has no end marker: a cut that leaves every pixel is no
        // damage.
        byte[] whole = TestImages.Read(file);
        var expected = new byte[Rules.Size.RgbBytes];
        ImageDecoder.Decode(whole, "whole.tif", Rules, expected);

        for (int length = 0; length < whole.Length; length++)
        {
            var result = new byte[Rules.Size.RgbBytes];
            Assert.True(
                IsRefused(whole[..length], Rules, result) || expected.AsSpan().SequenceEqual(result),
                $"{length} bytes gave another picture."
            );
        }
    }

    [Theory]
    [InlineData("baseline.jpg")]
    [InlineData("rgb.png")]
    [InlineData("lossless.webp")]
    [InlineData("animated.gif")]
    [InlineData("rgb.tif")]
    public void Decode_BytesBehindTheEnd_AreIgnored(string file)
    {
        byte[] padded = [.. TestImages.Read(file), .. new byte[100]];

        Assert.False(IsRefused(padded));
    }

    [Fact]
    public void Decode_JpegWithVideoBehind_IsDecoded()
    {
        // Phones append a clip, in which any two bytes turn up: here a start-of-scan marker, and half a JPEG.
        byte[] jpeg = TestImages.Read("baseline.jpg");
        byte[] motion = [.. jpeg, 0xFF, 0xDA, 1, 2, 3, .. jpeg[..300]];

        Assert.False(IsRefused(motion));
    }

    // Erased flash memory reads as ones, lost sectors as other files' bytes. (Zeros may be valid codes: then the
    // decoder sees another picture, and no fault.)
    [Theory]
    [InlineData(0xFF, 0xFF)]
    [InlineData(0x00, 0x7F)]
    public void Decode_HoleInJpegData_IsRefused(byte set, byte keep)
    {
        var size = new ImageSize(320, 240);
        byte[] jpeg = TestImages.Encode("jpegsave_buffer", TestImages.Photo(size), size);
        byte[] noise = TestImages.Noise(size);
        for (int index = 0; index < 512; index++)
        {
            jpeg[(jpeg.Length / 2) + index] = (byte)((noise[index] & keep) | set);
        }

        AssertRefused(() => Decode(jpeg), "x.png", "damaged");
    }

    [Fact]
    public void Decode_StrayBytesBeforeJpegEnd_AreForgiven()
    {
        // Some cameras pad in front of the end marker; every pixel is there.
        byte[] jpeg = TestImages.Read("baseline.jpg");
        byte[] padded = [.. jpeg[..^2], .. new byte[20], .. jpeg[^2..]];

        Assert.False(IsRefused(padded));
    }

    [Fact]
    public void Decode_FlippedBitInPngData_IsRefused()
    {
        var size = new ImageSize(40, 30);
        byte[] png = ImageEncoder.EncodePng(TestImages.Photo(size), size);
        png[png.Length / 2] ^= 4;

        AssertRefused(() => Decode(png), "x.png", "is damaged");
    }

    [Theory]
    [InlineData("baseline.jpg")]
    [InlineData("progressive.jpg")]
    [InlineData("exif-6.jpg")]
    [InlineData("rgb.png")]
    [InlineData("profile-swapped.png")]
    [InlineData("lossy.webp")]
    [InlineData("animated.gif")]
    [InlineData("rgb.tif")]
    public void Decode_RandomDamage_IsRefusedOrDecoded(string file)
    {
        byte[] whole = TestImages.Read(file);
        var random = new Random(7);
        for (int round = 0; round < 300; round++)
        {
            byte[] damaged = [.. whole];
            for (int hit = random.Next(1, 6); hit > 0; hit--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            // Anything but a result or the one exception fails the test, or the process.
            _ = IsRefused(damaged);
        }
    }

    [Fact]
    public void Decode_RandomBytes_AreRefused()
    {
        byte[][] signatures =
        [
            [],
            [0xFF, 0xD8, 0xFF, 0xE0],
            [.. "\x89PNG\r\n\x1a\n"u8],
            [.. "RIFF\0\u0001\0\0WEBPVP8 "u8],
            [.. "GIF89a"u8],
            [.. "II*\0"u8],
        ];
        var random = new Random(3);
        for (int round = 0; round < 300; round++)
        {
            var noise = new byte[random.Next(1, 600)];
            random.NextBytes(noise);

            Assert.True(
                IsRefused([.. signatures[round % signatures.Length], .. noise]),
                $"Round {round} was accepted."
            );
        }
    }

    [Fact]
    public void Decode_AnyFault_IsOneLine()
    {
        byte[] png = TestImages.Read("rgb.png");

        foreach (int length in Enumerable.Range(0, png.Length))
        {
            var error = Assert.Throws<ImageDecodeException>(() => Decode(png[..length]));
            Assert.DoesNotContain('\n', error.Message);
            Assert.Equal("x.png", error.Subject);
        }
    }

    private static void Decode(byte[] encoded) =>
        ImageDecoder.Decode(encoded, "x.png", Rules, new byte[Rules.Size.RgbBytes]);

    private static bool IsRefused(byte[] encoded) => IsRefused(encoded, Rules);

    private static bool IsRefused(byte[] encoded, Preprocessing rules) =>
        IsRefused(encoded, rules, new byte[rules.Size.RgbBytes]);

    private static bool IsRefused(byte[] encoded, Preprocessing rules, byte[] result)
    {
        try
        {
            ImageDecoder.Decode(encoded, "x.png", rules, result);
            return false;
        }
        catch (ImageDecodeException)
        {
            return true;
        }
    }

    private static void AssertRefused(Action decode, string subject, string reason)
    {
        var error = Assert.Throws<ImageDecodeException>(decode);

        Assert.Equal(subject, error.Subject);
        Assert.Contains(subject, error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }
}
