using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging.Decoding;
using Pipeline.Core.Imaging.Resizing;

namespace Pipeline.Core.Tests.Imaging.Decoding;

public sealed class JpegShrinkTests
{
    [Theory]
    [InlineData(447, 447, ResizeMode.Squash, ResizeKernel.Bicubic, 1)]
    [InlineData(895, 895, ResizeMode.Squash, ResizeKernel.Bicubic, 1)] // 895 / 2 = 447 is short of 448
    [InlineData(896, 896, ResizeMode.Squash, ResizeKernel.Bicubic, 2)]
    [InlineData(4000, 896, ResizeMode.Squash, ResizeKernel.Bicubic, 2)] // the shorter axis decides
    [InlineData(4000, 3000, ResizeMode.Squash, ResizeKernel.Bilinear, 4)]
    [InlineData(9000, 9000, ResizeMode.Squash, ResizeKernel.Lanczos3, 8)]
    [InlineData(1000, 3000, ResizeMode.FitCrop, ResizeKernel.Bicubic, 2)] // scaled to 224 x 672 before the cut
    [InlineData(1000, 4000, ResizeMode.FitPad, ResizeKernel.Bicubic, 8)] // scaled to 56 x 224
    [InlineData(9000, 9000, ResizeMode.Squash, ResizeKernel.Nearest, 1)]
    public void Choose_AnyImage_LeavesTwiceTheScaledSize(
        int width,
        int height,
        ResizeMode mode,
        ResizeKernel kernel,
        int expected
    )
    {
        var source = new ImageSize(width, height);

        int shrink = JpegShrink.Choose(
            source,
            ResizePlan.Create(source, new ImageSize(224, 224), mode),
            TestImages.Rules(224, 224, mode, kernel)
        );

        Assert.Equal(expected, shrink);
    }

    // What a division leaves over would be lost.
    [Theory]
    [InlineData(4000, 3000, 3, 4)]
    [InlineData(4001, 3000, 3, 1)]
    [InlineData(4002, 3000, 3, 2)]
    [InlineData(4000, 3001, 3, 1)]
    [InlineData(4001, 3001, 2, 4)]
    [InlineData(4001, 3001, 1, 4)]
    public void Choose_SidesThatDoNotDivide_AreShrunkLess(int width, int height, int version, int expected)
    {
        var source = new ImageSize(width, height);

        int shrink = JpegShrink.Choose(
            source,
            ResizePlan.Create(source, new ImageSize(224, 224), ResizeMode.Squash),
            TestImages.Rules(224, 224) with
            {
                Version = version,
            }
        );

        Assert.Equal(expected, shrink);
    }

    [Theory]
    [InlineData(447, 447, 1)]
    [InlineData(640, 480, 2)]
    [InlineData(640, 448, 2)]
    [InlineData(640, 447, 1)] // 447 / 2 = 223 is short of 224
    [InlineData(4000, 3000, 8)]
    public void Choose_Fast_LeavesTheScaledSize(int width, int height, int expected)
    {
        var source = new ImageSize(width, height);

        int shrink = JpegShrink.Choose(
            source,
            ResizePlan.Create(source, new ImageSize(224, 224), ResizeMode.Squash),
            TestImages.Rules(224, 224) with
            {
                ShrinkOnLoad = ShrinkOnLoad.Fast,
            }
        );

        Assert.Equal(expected, shrink);
    }
}
