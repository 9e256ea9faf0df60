using Pipeline.Core.Contracts;
using Pipeline.Testing;
using Pipeline.Trainer.Augmentation;
using Pipeline.Trainer.Recipes;

namespace Pipeline.Trainer.Tests.Augmentation;

/// <summary>Rows of pixels worked out by hand.</summary>
public sealed class FillModeTests : TorchTest
{
    // Whole-pixel shifts of values up to 200: only the rounding of places in [-1, 1] shows
    private const double Levels = 0.001;

    private static readonly ImageSize Four = new(4, 1);

    [Theory]
    [InlineData(FillMode.Nearest, new float[] { 40, 40, 40, 40 })]
    [InlineData(FillMode.Reflect, new float[] { 40, 30, 20, 10 })] // the edge pixel repeats: a b c d | d c b a
    [InlineData(FillMode.Constant, new float[] { 200, 200, 200, 200 })]
    public void Apply_ShiftByTheWholeWidth_ShowsTheFilling(FillMode fill, float[] expected)
    {
        float[] actual = TestPixels.Apply(
            TestPixels.Row(10, 20, 30, 40),
            Four,
            new ImageChange { WidthShift = 1 },
            fill,
            200
        );

        FloatAssert.Near(TestPixels.Row(expected), actual, Levels);
    }

    [Theory]
    [InlineData(FillMode.Nearest, new float[] { 10, 10, 15, 25 })]
    [InlineData(FillMode.Reflect, new float[] { 15, 10, 15, 25 })]
    [InlineData(FillMode.Constant, new float[] { 200, 105, 15, 25 })] // half filling, half edge
    public void Apply_ShiftByPixelsAndAHalf_MixesNeighbours(FillMode fill, float[] expected)
    {
        float[] actual = TestPixels.Apply(
            TestPixels.Row(10, 20, 30, 40),
            Four,
            new ImageChange { WidthShift = -0.375 },
            fill,
            200
        );

        FloatAssert.Near(TestPixels.Row(expected), actual, Levels);
    }

    [Fact]
    public void Apply_ZoomOutFar_ReflectsAgainAndAgain()
    {
        // Reads at -4, -1, 2, 5 around the centre 1.5 of a b c d: with mirrors at the outer edges that is d, a, c, c
        float[] actual = TestPixels.Apply(
            TestPixels.Row(10, 20, 30, 40),
            Four,
            new ImageChange { ZoomX = 3, WidthShift = -0.25 },
            FillMode.Reflect
        );

        FloatAssert.Near(TestPixels.Row(40, 10, 30, 30), actual, Levels);
    }

    [Fact]
    public void Apply_ConstantOfZero_IsBlack()
    {
        float[] actual = TestPixels.Apply(
            TestPixels.Row(10, 20, 30, 40),
            Four,
            new ImageChange { WidthShift = 0.5 },
            FillMode.Constant
        );

        FloatAssert.Near(TestPixels.Row(30, 40, 0, 0), actual, Levels);
    }

    [Fact]
    public void Apply_OneKey_MovesAlongItsOwnAxis()
    {
        var size = new ImageSize(6, 9);
        float[] ramp = TestPixels.Ramp(size);
        float[] red = ramp[..54],
            green = ramp[54..108]; // red rises to the right only, green downwards only

        float[] sideways = TestPixels.Apply(ramp, size, new ImageChange { WidthShift = 0.5 });
        float[] downwards = TestPixels.Apply(ramp, size, new ImageChange { HeightShift = 0.5 });
        float[] slanted = TestPixels.Apply(ramp, size, new ImageChange { ShearRadians = 0.3 });

        FloatAssert.Near(green, sideways.AsSpan(54, 54), Levels);
        FloatAssert.Near(red, downwards.AsSpan(0, 54), Levels);
        FloatAssert.Near(red.AsSpan(24, 6), slanted.AsSpan(24, 6), Levels); // the middle row does not slide
        Assert.True(
            slanted[0] > red[0] && slanted[53] < red[53],
            "Above the middle a row is read further right, below further left."
        );
    }
}
