using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging.Resizing;

namespace Pipeline.Core.Tests.Imaging.Resizing;

public sealed class ResizePlanTests
{
    // Expected numbers by hand from torchvision: int(size * long / short), then int(round((long - crop) / 2.0)).
    [Theory]
    [InlineData(500, 375, 298, 37)] // 298.67 is cut; 74 / 2
    [InlineData(333, 100, 745, 260)] // 745.92 is cut; 521 / 2 = 260.5 to even
    [InlineData(1, 1_000_000, 224, 0)]
    public void Create_FitCrop_FollowsTorchvision(int width, int height, long fullWidth, long firstColumn)
    {
        ResizePlan plan = ResizePlan.Create(new ImageSize(width, height), new ImageSize(224, 224), ResizeMode.FitCrop);

        Assert.Equal(new AxisPlan(fullWidth, firstColumn, 224, 0), plan.Horizontal);
    }

    // Expected numbers by hand from Pillow's ImageOps.pad: round(short / long * size), then round((size - fitted) *
    // 0.5).
    [Theory]
    [InlineData(500, 375, 168, 28)]
    [InlineData(448, 3, 2, 111)] // 1.5 to even
    [InlineData(5000, 1, 1, 112)] // never 0; 111.5 to even
    public void Create_FitPad_FollowsPillow(int width, int height, int fittedHeight, int offset)
    {
        ResizePlan plan = ResizePlan.Create(new ImageSize(width, height), new ImageSize(224, 224), ResizeMode.FitPad);

        Assert.Equal(new AxisPlan(fittedHeight, 0, fittedHeight, offset), plan.Vertical);
        Assert.Equal(new AxisPlan(224, 0, 224, 0), plan.Horizontal);
    }

    [Fact]
    public void Create_AnyShape_StaysInsideTarget()
    {
        int[] sides = [1, 2, 3, 7, 31, 32, 33, 224, 1000, 8192];
        foreach (ResizeMode mode in Enum.GetValues<ResizeMode>())
        {
            foreach ((int width, int height) in sides.SelectMany(width => sides.Select(height => (width, height))))
            {
                ResizePlan plan = ResizePlan.Create(new ImageSize(width, height), new ImageSize(33, 20), mode);

                AssertInside(plan.Horizontal, 33, mode);
                AssertInside(plan.Vertical, 20, mode);
            }
        }
    }

    private static void AssertInside(AxisPlan axis, int target, ResizeMode mode)
    {
        Assert.InRange(axis.First, 0, axis.Full - axis.Count);
        Assert.InRange(axis.Offset, 0, target - axis.Count);
        Assert.True(mode == ResizeMode.FitPad || axis.Count == target);
    }
}
