using System.Runtime.Intrinsics.X86;
using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging.Resizing;

namespace Pipeline.Core.Tests.Imaging.Resizing;

[Trait("Kind", "Oracle")]
public sealed class ResamplerTests
{
    [Theory]
    [InlineData(1, 1, 5, 4)] // the second pixel of the only pair lies behind the image
    [InlineData(7, 5, 3, 9)] // odd counts
    [InlineData(640, 480, 224, 224)]
    [InlineData(33, 17, 96, 97)] // enlarging
    public void Resample_ByPairsAndOneByOne_GiveTheSameBytes(int sourceWidth, int sourceHeight, int width, int height)
    {
        Assert.SkipUnless(Avx2.IsSupported, "This processor has no AVX2: there is only one way.");
        var source = new byte[sourceWidth * sourceHeight * 3];
        new Random(1).NextBytes(source);

        foreach (ResizeKernel kernel in new[] { ResizeKernel.Bilinear, ResizeKernel.Bicubic, ResizeKernel.Lanczos3 })
        {
            AxisWeights horizontal = AxisWeights.Create(sourceWidth, new AxisPlan(width, 0, width, 0), kernel);
            AxisWeights vertical = AxisWeights.Create(sourceHeight, new AxisPlan(height, 0, height, 0), kernel);
            var byPairs = new byte[width * height * 3];
            var oneByOne = new byte[width * height * 3];
            Resampler.Resample(
                source,
                new ImageSize(sourceWidth, sourceHeight),
                horizontal,
                vertical,
                byPairs,
                width * 3,
                byPairs: true
            );
            Resampler.Resample(
                source,
                new ImageSize(sourceWidth, sourceHeight),
                horizontal,
                vertical,
                oneByOne,
                width * 3,
                byPairs: false
            );
            Assert.Equal(oneByOne, byPairs);
        }
    }
}
