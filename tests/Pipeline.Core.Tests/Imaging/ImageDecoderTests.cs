using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;

namespace Pipeline.Core.Tests.Imaging;

/// <summary>
/// Formats, colours, transparency, orientation: each file shows a picture stated in <c>make_images.py</c>.
/// </summary>
public sealed class ImageDecoderTests
{
    // Lossless is exact. Flat colours survive JPEG at quality 95 too (seen: 0), and WebP nearly (seen: 1); another
    // build of the decoders may round otherwise.
    [Theory]
    [InlineData("rgb.png", 0)]
    [InlineData("palette.png", 0)]
    [InlineData("rgb.tif", 0)]
    [InlineData("palette.tif", 0)]
    [InlineData("big.tif", 0)]
    [InlineData("rgb.bmp", 0)]
    [InlineData("lossless.webp", 0)]
    [InlineData("animated.webp", 0)]
    [InlineData("animated.gif", 0)]
    [InlineData("profile-broken.png", 0)]
    [InlineData("baseline.jpg", 1)]
    [InlineData("progressive.jpg", 1)]
    [InlineData("lossy.webp", 2)]
    public void DecodeOriginal_EachFormat_ShowsThePicture(string file, int maxLevels)
    {
        PixelBuffer image = ImageDecoder.DecodeOriginal(TestImages.PathOf(file));

        Assert.Equal(new ImageSize(48, 32), image.Size);
        PixelAssert.ShowsQuadrants(image.Pixels.Span, image.Size, maxLevels);
    }

    [Theory]
    [InlineData("exif-1.jpg")]
    [InlineData("exif-2.jpg")]
    [InlineData("exif-3.jpg")]
    [InlineData("exif-4.jpg")]
    [InlineData("exif-5.jpg")]
    [InlineData("exif-6.jpg")]
    [InlineData("exif-7.jpg")]
    [InlineData("exif-8.jpg")]
    [InlineData("exif-6.webp")]
    public void Decode_EachOrientation_IsUpright(string file)
    {
        PixelBuffer image = ImageDecoder.DecodeOriginal(TestImages.PathOf(file));
        Preprocessing rules = TestImages.Rules(24, 16);
        var resized = new byte[rules.Size.RgbBytes];
        ImageDecoder.DecodeFile(TestImages.PathOf(file), rules, resized);

        Assert.Equal(new ImageSize(48, 32), image.Size);
        PixelAssert.ShowsQuadrants(image.Pixels.Span, image.Size, maxLevels: 1);
        PixelAssert.ShowsQuadrants(resized, rules.Size, maxLevels: 1);
    }

    // Upright, 48 x 32 is halved while loading for this target; as the last four are stored, 32 x 48 would be
    // quartered.
    [Theory]
    [InlineData("exif-2.jpg")]
    [InlineData("exif-5.jpg")]
    [InlineData("exif-6.jpg")]
    [InlineData("exif-8.jpg")]
    public void Decode_AnOrientationThatChangesTheShrink_GivesTheUprightPicture(string file)
    {
        Preprocessing rules = TestImages.Rules(4, 12) with { ShrinkOnLoad = ShrinkOnLoad.Fast };
        var expected = new byte[rules.Size.RgbBytes];
        var found = new byte[rules.Size.RgbBytes];

        ImageDecoder.DecodeFile(TestImages.PathOf("exif-1.jpg"), rules, expected);
        ImageDecoder.DecodeFile(TestImages.PathOf(file), rules, found);

        PixelAssert.Near(expected, found, rules.Size, maxLevels: 2); // each of the files was rounded on its own
    }

    [Theory]
    [InlineData("grey.png", 0)]
    [InlineData("grey.jpg", 1)]
    public void DecodeOriginal_Grey_HasThreeEqualChannels(string file, int maxLevels)
    {
        PixelBuffer image = ImageDecoder.DecodeOriginal(TestImages.PathOf(file));

        // Luma of (220, 30, 30) is 87 (ITU-R BT.601); white stays white.
        PixelAssert.PixelNear((87, 87, 87), image.Pixels.Span, image.Size, 10, 8, maxLevels);
        PixelAssert.PixelNear((255, 255, 255), image.Pixels.Span, image.Size, 36, 24, maxLevels);
    }

    [Fact]
    public void DecodeOriginal_OneBit_IsBlackAndWhite()
    {
        PixelBuffer image = ImageDecoder.DecodeOriginal(TestImages.PathOf("bilevel.png"));

        PixelAssert.PixelNear((0, 0, 0), image.Pixels.Span, image.Size, 10, 8, maxLevels: 0);
        PixelAssert.PixelNear((255, 255, 255), image.Pixels.Span, image.Size, 36, 24, maxLevels: 0);
    }

    [Fact]
    public void DecodeOriginal_Grey16_KeepsTheHighByte()
    {
        PixelBuffer image = ImageDecoder.DecodeOriginal(TestImages.PathOf("grey-16.png"));

        Assert.Equal([0x80, 0x80, 0x80, 0xFF, 0xFF, 0xFF], image.Pixels.ToArray());
    }

    [Theory]
    [InlineData(AlphaPolicy.OverWhite, 127)]
    [InlineData(AlphaPolicy.OverBlack, 0)]
    public void DecodeOriginal_Rgba16_BlendsAtItsOwnDepth(AlphaPolicy alpha, int other)
    {
        PixelBuffer image = ImageDecoder.DecodeOriginal(TestImages.PathOf("rgba-16.png"), alpha);

        // Alpha 32768 of 65535 is 128 of 255.
        PixelAssert.PixelNear(
            (other == 0 ? 128 : 255, other, other),
            image.Pixels.Span,
            image.Size,
            0,
            0,
            maxLevels: 1
        );
        PixelAssert.PixelNear((0, 255, 0), image.Pixels.Span, image.Size, 1, 0, maxLevels: 0);
    }

    // c · a + background · (1 − a), a in 255ths, cut to whole levels. Seen: 0; another libvips may round.
    [Theory]
    [InlineData("rgba.png", AlphaPolicy.OverWhite, 0, 255, 255)]
    [InlineData("rgba.png", AlphaPolicy.OverWhite, 1, 241, 191)]
    [InlineData("rgba.png", AlphaPolicy.OverWhite, 2, 227, 127)]
    [InlineData("rgba.png", AlphaPolicy.OverWhite, 3, 200, 0)]
    [InlineData("rgba.png", AlphaPolicy.OverBlack, 0, 0, 0)]
    [InlineData("rgba.png", AlphaPolicy.OverBlack, 1, 50, 0)]
    [InlineData("rgba.png", AlphaPolicy.OverBlack, 2, 100, 0)]
    [InlineData("rgba.png", AlphaPolicy.OverBlack, 3, 200, 0)]
    [InlineData("grey-alpha.png", AlphaPolicy.OverWhite, 1, 216, 216)]
    [InlineData("grey-alpha.png", AlphaPolicy.OverBlack, 2, 50, 50)]
    [InlineData("palette-alpha.png", AlphaPolicy.OverWhite, 0, 227, 127)]
    [InlineData("palette-alpha.png", AlphaPolicy.OverBlack, 0, 100, 0)]
    [InlineData("alpha.gif", AlphaPolicy.OverWhite, 0, 255, 255)]
    [InlineData("alpha.gif", AlphaPolicy.OverBlack, 0, 0, 0)]
    public void DecodeOriginal_Transparency_IsBlended(string file, AlphaPolicy alpha, int x, int red, int others)
    {
        PixelBuffer image = ImageDecoder.DecodeOriginal(TestImages.PathOf(file), alpha);

        PixelAssert.PixelNear((red, others, others), image.Pixels.Span, image.Size, x, 0, maxLevels: 1);
    }

    [Fact]
    public void DecodeOriginal_ForeignProfile_IsConverted()
    {
        // The profile exchanges the red and green primaries.
        PixelBuffer image = ImageDecoder.DecodeOriginal(TestImages.PathOf("profile-swapped.png"));

        PixelAssert.PixelNear((30, 220, 30), image.Pixels.Span, image.Size, 10, 8, maxLevels: 2);
        PixelAssert.PixelNear((200, 30, 30), image.Pixels.Span, image.Size, 36, 8, maxLevels: 2);
    }

    // Ink has no one true colour. These are what libvips' own printer's profile gives for the complements of the
    // picture's colours, duller than what went in; its versions may
    // differ a little.
    [Fact]
    public void DecodeOriginal_CmykWithoutProfile_HasTheColoursOfInk()
    {
        PixelBuffer image = ImageDecoder.DecodeOriginal(TestImages.PathOf("cmyk.jpg"));

        PixelAssert.PixelNear((204, 53, 38), image.Pixels.Span, image.Size, 10, 8, maxLevels: 4);
        PixelAssert.PixelNear((0, 128, 64), image.Pixels.Span, image.Size, 36, 8, maxLevels: 4);
        PixelAssert.PixelNear((59, 44, 119), image.Pixels.Span, image.Size, 10, 24, maxLevels: 4);
        PixelAssert.PixelNear((255, 255, 255), image.Pixels.Span, image.Size, 36, 24, maxLevels: 1);
    }

    [Fact]
    public void DecodeOriginal_ProfileForOtherColours_IsIgnored()
    {
        // The same CMYK pixels with a profile for RGB.
        PixelBuffer plain = ImageDecoder.DecodeOriginal(TestImages.PathOf("cmyk.jpg"));
        PixelBuffer misfit = ImageDecoder.DecodeOriginal(TestImages.PathOf("profile-misfit.jpg"));

        Assert.Equal(plain.Pixels.ToArray(), misfit.Pixels.ToArray());
    }

    [Fact]
    public void Decode_LosslessFile_EqualsResizeOfItsPixels()
    {
        var size = new ImageSize(300, 211);
        byte[] pixels = TestImages.Photo(size);
        byte[] png = ImageEncoder.EncodePng(pixels, size);

        foreach (ResizeMode mode in Enum.GetValues<ResizeMode>())
        {
            foreach (ResizeKernel kernel in Enum.GetValues<ResizeKernel>())
            {
                Preprocessing rules = TestImages.Rules(64, 48, mode, kernel);
                var decoded = new byte[rules.Size.RgbBytes];
                var resized = new byte[rules.Size.RgbBytes];
                ImageDecoder.Decode(png, "photo.png", rules, decoded);
                ImageDecoder.Resize(pixels, size, rules, resized);

                Assert.Equal(resized, decoded);
            }
        }
    }

    [Theory]
    [InlineData(5000, 1)]
    [InlineData(1, 5000)]
    [InlineData(1, 1)]
    public void Decode_ExtremeShape_FillsTheTarget(int width, int height)
    {
        var size = new ImageSize(width, height);
        byte[] flat = Enumerable.Repeat((byte)128, size.RgbBytes).ToArray();
        byte[] jpeg = TestImages.Encode("jpegsave_buffer", flat, size);
        Preprocessing rules = TestImages.Rules(32, 32);
        var result = new byte[rules.Size.RgbBytes];

        ImageDecoder.Decode(jpeg, "strip.jpg", rules, result);

        Assert.All(result, value => Assert.InRange(value, 127, 129));
    }

    [Theory]
    [InlineData(ShrinkOnLoad.Fine, 4)] // loads at a quarter; seen: 3 levels
    [InlineData(ShrinkOnLoad.Fast, 8)] // loads at an eighth; seen: 6 levels
    public void Decode_JpegShrunkWhileLoading_StaysCloseToTheWholeDecode(ShrinkOnLoad shrink, int maxLevels)
    {
        // 1000 x 752 to 100 x 75. Noise over a ramp: the average must agree, single pixels may differ by what the two
        // reductions do to noise.
        var size = new ImageSize(1000, 752);
        byte[] jpeg = TestImages.Encode("jpegsave_buffer", TestImages.Photo(size), size, ("Q", 92));
        Preprocessing rules = TestImages.Rules(100, 75) with { ShrinkOnLoad = shrink };
        var shrunk = new byte[rules.Size.RgbBytes];
        var whole = new byte[rules.Size.RgbBytes];

        ImageDecoder.Decode(jpeg, "photo.jpg", rules, shrunk);
        ImageDecoder.Resize(ImageDecoder.DecodeOriginal(jpeg, "photo.jpg").Pixels.Span, size, rules, whole);

        PixelAssert.Near(whole, shrunk, rules.Size, maxLevels);
    }

    [Fact]
    public void Decode_Nearest_TakesPixelsOfTheFile()
    {
        // Were the JPEG shrunk while loading, averages would turn up.
        var size = new ImageSize(400, 400);
        byte[] jpeg = TestImages.Encode("jpegsave_buffer", TestImages.Noise(size), size);
        Preprocessing rules = TestImages.Rules(10, 10, kernel: ResizeKernel.Nearest);
        var result = new byte[rules.Size.RgbBytes];

        ImageDecoder.Decode(jpeg, "noise.jpg", rules, result);

        PixelBuffer whole = ImageDecoder.DecodeOriginal(jpeg, "noise.jpg");
        Assert.Equal(whole.Pixels.Slice(((20 * 400) + 20) * 3, 3).ToArray(), result[..3]);
    }

    [Fact]
    public void Version_Always_NamesTheLibrary()
    {
        Assert.Matches(@"^libvips \d+\.\d+\.\d+$", ImageDecoder.Version);
    }
}
