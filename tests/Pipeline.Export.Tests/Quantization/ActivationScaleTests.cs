using Pipeline.Export.Quantization;
using Pipeline.Export.Quantization.Calibration;

namespace Pipeline.Export.Tests.Quantization;

public sealed class ActivationScaleTests
{
    [Theory]
    [InlineData(0, 255, 1, 0)]        // after a ReLU: zero point 0
    [InlineData(2, 510, 2, 0)]        // 0 must be a value: the range is widened to [0, 510]
    [InlineData(-127.5, 127.5, 1, 128)]   // 127.5 rounds to even
    [InlineData(-10, 41, 0.2, 50)]    // 51 / 255, 10 / 0.2
    [InlineData(-51, -5, 0.2, 255)]   // widened to [-51, 0]
    [InlineData(0, 0, 1, 0)]          // never anything but 0
    public void From_Range_GivesTheWorkedScale(double min, double max, double scale, int zeroPoint)
    {
        ActivationScale actual = ActivationScale.From(new ValueRange((float)min, (float)max));

        Assert.Equal((float)scale, actual.Scale, 1e-6f * (float)scale);
        Assert.Equal(zeroPoint, actual.ZeroPoint);
    }

    [Theory]
    [InlineData(6f)]
    [InlineData(0.3f)]
    [InlineData(5.999999f)]
    public void From_Ceiling_HasNoByteAboveIt(float ceiling)
    {
        ActivationScale actual = ActivationScale.From(new ValueRange(0, ceiling * 1.01f), ceiling);

        Assert.InRange(actual.Scale * 255, ceiling * 0.999999f, ceiling);
        Assert.Equal(0, actual.ZeroPoint);
    }

    [Fact]
    public void From_AnyRange_RoundsEveryValueByHalfAStepAtMost()
    {
        var random = new Random(5);
        for (int round = 0; round < 200; round++)
        {
            float low = -(float)Math.Pow(10, (random.NextDouble() * 8) - 5), high = (float)Math.Pow(10, (random.NextDouble() * 8) - 5);
            ActivationScale scale = ActivationScale.From(new ValueRange(low, high));
            double value = low + (random.NextDouble() * ((double)high - low));

            double level = Math.Clamp(Math.Round(value / scale.Scale) + scale.ZeroPoint, 0, 255);

            // the zero point is rounded, so at one end of the range another half step is lost
            Assert.InRange(Math.Abs(((level - scale.ZeroPoint) * scale.Scale) - value), 0, scale.Scale * 1.0001);
            Assert.True(value < low + scale.Scale || value > high - scale.Scale || Math.Abs(((level - scale.ZeroPoint) * scale.Scale) - value) <= scale.Scale * 0.5001);
        }
    }
}
