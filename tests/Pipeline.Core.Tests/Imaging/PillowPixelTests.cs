using System.Security.Cryptography;
using System.Text.Json;
using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;

namespace Pipeline.Core.Tests.Imaging;

/// <summary>
/// Transparent pixels and BMP files are what Pillow makes of them, bit for bit; <c>make_images.py</c> wrote the hashes.
/// </summary>
public sealed class PillowPixelTests
{
    public static IEnumerable<TheoryDataRow<string, AlphaPolicy, string>> Cases =>
        JsonDocument
            .Parse(TestImages.Read("pillow-pixels.json"))
            .RootElement.EnumerateArray()
            .Select(row => new TheoryDataRow<string, AlphaPolicy, string>(
                row.GetProperty("file").GetString() ?? string.Empty,
                Enum.Parse<AlphaPolicy>(row.GetProperty("alpha").GetString() ?? string.Empty),
                row.GetProperty("sha256").GetString() ?? string.Empty
            ));

    [Theory]
    [MemberData(nameof(Cases))]
    public void DecodeOriginal_EachFile_HasPillowsPixels(string file, AlphaPolicy alpha, string sha256)
    {
        PixelBuffer image = ImageDecoder.DecodeOriginal(TestImages.PathOf(file), alpha);

        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(image.Pixels.Span)));
    }

    [Fact]
    public void Decode_TransparencyUnderOldRules_KeepsTheirFractionCutOff()
    {
        Preprocessing rules = TestImages.Rules(256, 8, kernel: ResizeKernel.Nearest);
        var old = new byte[rules.Size.RgbBytes];
        var rounded = new byte[rules.Size.RgbBytes];

        ImageDecoder.DecodeFile(TestImages.PathOf("alpha-ramp.png"), rules with { Version = 2 }, old);
        ImageDecoder.DecodeFile(TestImages.PathOf("alpha-ramp.png"), rules, rounded);

        Assert.All(old.Zip(rounded), pair => Assert.InRange(pair.Second - pair.First, 0, 1));
        Assert.NotEqual(old, rounded);
    }

    // At 333 x 777 a half-size copy would lose a column and a row.
    [Theory]
    [InlineData(3, true)]
    [InlineData(2, false)]
    public void Decode_JpegOfOddSides_KeepsEveryPixelSinceVersion3(int version, bool isExact)
    {
        var size = new ImageSize(333, 777);
        byte[] jpeg = TestImages.Encode("jpegsave_buffer", TestImages.Photo(size), size, ("Q", 92));
        Preprocessing rules = TestImages.Rules(32, 32) with { Version = version };
        var found = new byte[rules.Size.RgbBytes];
        var whole = new byte[rules.Size.RgbBytes];

        ImageDecoder.Decode(jpeg, "odd.jpg", rules, found);
        ImageDecoder.Resize(ImageDecoder.DecodeOriginal(jpeg, "odd.jpg").Pixels.Span, size, rules, whole);

        Assert.Equal(isExact, whole.AsSpan().SequenceEqual(found));
    }
}
