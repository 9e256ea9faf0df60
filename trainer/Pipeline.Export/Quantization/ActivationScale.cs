using Pipeline.Export.Quantization.Calibration;

namespace Pipeline.Export.Quantization;

/// <summary>How an activation becomes uint8: q = clip(round(x / scale) + zero point, 0, 255).</summary>
/// <param name="Scale">Step, positive.</param>
/// <param name="ZeroPoint">The byte that stands for 0, which every range contains exactly: padding is 0.</param>
internal readonly record struct ActivationScale(float Scale, byte ZeroPoint)
{
    private const int Steps = 255;

    /// <summary>The finest scale for a range. One that begins at 0 gets zero point 0: with any other the runtime cannot leave out a ReLU in front.</summary>
    /// <param name="range">What the calibration says; widened to contain 0.</param>
    /// <param name="ceiling">Largest value that can occur, such as 6 after ReLU6, or infinity: no byte stands for more, so that the runtime can leave out the clipping.</param>
    internal static ActivationScale From(ValueRange range, float ceiling = float.PositiveInfinity)
    {
        double min = Math.Min(range.Min, 0), max = Math.Min(Math.Max(range.Max, 0), ceiling);
        double step = (max - min) / Steps;
        if (!(step >= 1e-30))
        {
            return new ActivationScale(1, 0);   // always 0: any scale will do
        }

        float scale = (float)step;
        byte zeroPoint = (byte)Math.Clamp(Math.Round(-min / step, MidpointRounding.ToEven), 0, Steps);
        while (scale * (Steps - zeroPoint) > ceiling)
        {
            scale = MathF.BitDecrement(scale);
        }

        return new ActivationScale(scale, zeroPoint);
    }
}
