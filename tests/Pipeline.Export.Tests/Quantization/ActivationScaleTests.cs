using Pipeline.Export.Quantization;
using Pipeline.Export.Quantization.Calibration;

namespace Pipeline.Export.Tests.Quantization;

public sealed class ActivationScaleTests
{
    [Theory]
    [InlineData(0, 255, 1, 0)] // after a ReLU: zero point 0
    [InlineData(2, 510, 2, 0)] // 0 must be a value: the range is widened to [0, 510]
    [InlineData(-127.5, 127.5, 1, 128)] // 127.5 rounds to even
    [InlineData(-10, 41, 0.2, 50)] // 51 / 255, 10 / 0.2
    [InlineData(-51, -5, 0.2, 255)] // widened to [-51, 0]
    [InlineData(0, 0, 1, 0)] // never anything but 0
    public void From_Range_GivesTheWorkedScale(double min, double max, double scale, int zeroPoint)
    {
        ActivationScale actual = ActivationScale.From(new ValueRange((float)min, (float)max), ValueRange.All);

        Assert.Equal((float)scale, actual.Scale, 1e-6f * (float)scale);
        Assert.Equal(zeroPoint, actual.ZeroPoint);
    }

    [Theory]
    [InlineData(6f)]
    [InlineData(0.3f)]
    [InlineData(5.999999f)]
    public void From_Ceiling_HasNoByteAboveIt(float ceiling)
    {
        ActivationScale actual = ActivationScale.From(
            new ValueRange(0, ceiling * 1.01f),
            new ValueRange(float.NegativeInfinity, ceiling)
        );

        Assert.InRange(actual.Scale * 255, ceiling * 0.999999f, ceiling);
        Assert.Equal(0, actual.ZeroPoint);
    }

    [Fact]
    public void From_Floor_SpendsNoByteBelowIt()
    {
        ActivationScale actual = ActivationScale.From(
            new ValueRange(-12, 2.1f),
            new ValueRange(-3, float.PositiveInfinity)
        );

        Assert.Equal(new ActivationScale(0.02f, 150), actual); // 5.1 / 255, 3 / 0.02
    }

    [Theory]
    [InlineData(1 / 6f)]
    [InlineData(0.2f)]
    public void BeforeHardSigmoid_AnyInput_RoundsToWhatHardSigmoidGives(float slope)
    {
        ActivationScale input = ActivationScale.BeforeHardSigmoid(slope),
            result = ActivationScale.HardSigmoid;
        foreach (double value in Enumerable.Range(-500, 1001).Select(step => step / 100.0))
        {
            double level = Math.Clamp(Math.Round(value / input.Scale) + input.ZeroPoint, 0, 255);

            double expected = Math.Clamp((slope * value) + 0.5, 0, 1),
                actual = result.Scale * (level - result.ZeroPoint);

            // half a step; 255 is one above 1
            Assert.InRange(Math.Abs(actual - expected), 0, expected < 1 ? 0.5001 / 254 : 1.0001 / 254);
        }
    }

    [Fact]
    public void From_AnyRange_RoundsEveryValueByHalfAStepAtMost()
    {
        var random = new Random(5);
        for (int round = 0; round < 200; round++)
        {
            float low = -(float)Math.Pow(10, (random.NextDouble() * 8) - 5),
                high = (float)Math.Pow(10, (random.NextDouble() * 8) - 5);
            ActivationScale scale = ActivationScale.From(new ValueRange(low, high), ValueRange.All);
            double value = low + (random.NextDouble() * ((double)high - low));

            double level = Math.Clamp(Math.Round(value / scale.Scale) + scale.ZeroPoint, 0, 255);

            // the zero point is rounded, so at one end of the range another half step is lost
            Assert.InRange(Math.Abs(((level - scale.ZeroPoint) * scale.Scale) - value), 0, scale.Scale * 1.0001);
            Assert.True(
                value < low + scale.Scale
                    || value > high - scale.Scale
                    || Math.Abs(((level - scale.ZeroPoint) * scale.Scale) - value) <= scale.Scale * 0.5001
            );
        }
    }
}
