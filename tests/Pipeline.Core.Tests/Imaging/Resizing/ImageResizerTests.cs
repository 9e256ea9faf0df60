using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Imaging;

namespace Pipeline.Core.Tests.Imaging.Resizing;

[Trait("Kind", "Oracle")]
public sealed class ImageResizerTests
{
    // One level: 22-bit weights may fall on the other side of a half than the reference's doubles. Where no sum is that
    // close to a half, nothing differs.
    [Theory]
    [InlineData(40, 40, 20, 20)] // exact half
    [InlineData(37, 53, 11, 19)] // odd sizes, both shrink
    [InlineData(7, 5, 3, 9)] // one axis shrinks, the other grows
    [InlineData(16, 16, 48, 48)] // grows by a whole factor
    [InlineData(13, 11, 29, 31)] // grows by odd factors
    [InlineData(1, 1, 8, 8)] // a single pixel has no neighbour
    [InlineData(200, 1, 8, 8)]
    [InlineData(1, 200, 8, 8)]
    public void Resize_AnySize_IsWithinOneLevelOfReference(int width, int height, int toWidth, int toHeight)
    {
        var size = new ImageSize(width, height);
        foreach (ResizeKernel kernel in new[] { ResizeKernel.Bilinear, ResizeKernel.Bicubic, ResizeKernel.Lanczos3 })
        {
            AssertNearReference(TestImages.Ramp(size), width, height, toWidth, toHeight, kernel, maxLevels: 1);
            AssertNearReference(TestImages.Noise(size), width, height, toWidth, toHeight, kernel, maxLevels: 1);
        }
    }

    [Theory]
    [InlineData(37, 53, 11, 19)]
    [InlineData(13, 11, 29, 31)]
    [InlineData(640, 3, 224, 2)] // centres that fall exactly on a border between pixels
    public void Resize_Nearest_EqualsReference(int width, int height, int toWidth, int toHeight)
    {
        AssertNearReference(
            TestImages.Noise(new ImageSize(width, height)),
            width,
            height,
            toWidth,
            toHeight,
            ResizeKernel.Nearest,
            maxLevels: 0
        );
    }

    [Theory]
    [InlineData(ResizeKernel.Nearest)]
    [InlineData(ResizeKernel.Bilinear)]
    [InlineData(ResizeKernel.Bicubic)]
    [InlineData(ResizeKernel.Lanczos3)]
    public void Resize_SameSize_ChangesNothing(ResizeKernel kernel)
    {
        var size = new ImageSize(31, 17);
        byte[] source = TestImages.Noise(size);

        foreach (ResizeMode mode in Enum.GetValues<ResizeMode>())
        {
            Assert.Equal(source, Resize(source, size, TestImages.Rules(31, 17, mode, kernel)));
        }
    }

    [Fact]
    public void Resize_OneAxisKept_ChangesOnlyTheOther()
    {
        // Weights of an unscaled axis are 0, 1, 0: rows stay what they were.
        var size = new ImageSize(20, 10);
        byte[] source = TestImages.Noise(size);

        byte[] wide = Resize(source, size, TestImages.Rules(20, 30, kernel: ResizeKernel.Nearest));

        Assert.Equal(source[..60], wide[60..120]);
    }

    [Theory]
    [InlineData(5000, 1)]
    [InlineData(1, 5000)]
    [InlineData(1, 1)]
    public void Resize_ExtremeShape_FillsTheTarget(int width, int height)
    {
        var size = new ImageSize(width, height);
        byte[] source = Enumerable.Repeat((byte)200, size.RgbBytes).ToArray();

        foreach (ResizeKernel kernel in Enum.GetValues<ResizeKernel>())
        {
            Assert.All(
                Resize(source, size, TestImages.Rules(64, 48, ResizeMode.Squash, kernel)),
                value => Assert.Equal(200, value)
            );
            Assert.All(
                Resize(source, size, TestImages.Rules(64, 48, ResizeMode.FitCrop, kernel)),
                value => Assert.Equal(200, value)
            );
            Assert.Contains((byte)200, Resize(source, size, TestImages.Rules(64, 48, ResizeMode.FitPad, kernel)));
        }
    }

    [Fact]
    public void Resize_FitCrop_EqualsCutOfWholeResize()
    {
        // 60 x 30 covers 20 x 20 at 40 x 20; the middle 20 columns start at 10.
        var size = new ImageSize(60, 30);
        byte[] source = TestImages.Noise(size);

        byte[] cropped = Resize(source, size, TestImages.Rules(20, 20, ResizeMode.FitCrop));

        byte[] whole = Resize(source, size, TestImages.Rules(40, 20));
        for (int y = 0; y < 20; y++)
        {
            Assert.Equal(whole.AsSpan(((y * 40) + 10) * 3, 60), cropped.AsSpan(y * 60, 60));
        }
    }

    [Fact]
    public void Resize_FitPad_CentresOnBlack()
    {
        // 60 x 30 fits 20 x 20 at 20 x 10; five black rows above and below.
        var size = new ImageSize(60, 30);
        byte[] source = TestImages.Photo(size);

        byte[] padded = Resize(source, size, TestImages.Rules(20, 20, ResizeMode.FitPad));

        Assert.All(padded[..(5 * 60)], value => Assert.Equal(0, value));
        Assert.Equal(Resize(source, size, TestImages.Rules(20, 10)), padded[(5 * 60)..(15 * 60)]);
        Assert.All(padded[(15 * 60)..], value => Assert.Equal(0, value));
    }

    [Fact]
    public void Resize_AbsurdStrip_IsRefused()
    {
        var size = new ImageSize(1, 100_000);

        var error = Assert.Throws<ImageDecodeException>(() =>
            Resize(new byte[size.RgbBytes], size, TestImages.Rules(8192, 1))
        );

        Assert.Contains("1x100000", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Resize_DestinationOfAnotherLength_IsRefused()
    {
        Assert.Throws<ArgumentException>(() =>
            ImageDecoder.Resize(new byte[12], new ImageSize(2, 2), TestImages.Rules(2, 2), new byte[11])
        );
    }

    private static void AssertNearReference(
        byte[] source,
        int width,
        int height,
        int toWidth,
        int toHeight,
        ResizeKernel kernel,
        int maxLevels
    )
    {
        var from = new ImageSize(width, height);
        var to = new ImageSize(toWidth, toHeight);

        byte[] actual = Resize(source, from, TestImages.Rules(toWidth, toHeight, ResizeMode.Squash, kernel));

        PixelAssert.Near(ReferenceResize.Squash(source, from, to, kernel), actual, to, maxLevels);
    }

    private static byte[] Resize(byte[] source, ImageSize size, Preprocessing rules)
    {
        var result = new byte[rules.Size.RgbBytes];
        ImageDecoder.Resize(source, size, rules, result);
        return result;
    }
}
