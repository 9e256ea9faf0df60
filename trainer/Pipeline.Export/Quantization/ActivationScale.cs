using Pipeline.Export.Quantization.Calibration;

namespace Pipeline.Export.Quantization;

/// <summary>How an activation becomes uint8: q = clip(round(x / scale) + zero point, 0, 255).</summary>
/// <param name="Scale">Step, positive.</param>
/// <param name="ZeroPoint">The byte that stands for 0, which every range contains exactly: padding is 0.</param>
internal readonly record struct ActivationScale(float Scale, byte ZeroPoint)
{
    private const int Steps = 255;
    private const byte Middle = 127; // 127.5 is no byte: 1 becomes 254, and 255 stands for 1.004

    /// <summary>What the bytes of a HardSigmoid stand for.</summary>
    internal static ActivationScale HardSigmoid { get; } = new(1f / (2 * Middle), 0);

    /// <summary>
    /// The input of max(0, min(1, a x + 1/2)): the first byte is where the line leaves 0, the last where it reaches 1,
    /// so the same bytes are its result at scale <see cref="HardSigmoid"/>.
    /// </summary>
    /// <param name="slope">The line's slope a, positive.</param>
    internal static ActivationScale BeforeHardSigmoid(float slope) => new((float)(1 / (2.0 * Middle * slope)), Middle);

    /// <summary>
    /// The finest scale for a range. One that begins at 0 gets zero point 0: with any other the runtime cannot leave
    /// out a ReLU in front.
    /// </summary>
    /// <param name="range">What the calibration says; widened to contain 0.</param>
    /// <param name="bounds">
    /// Values that can occur and matter, such as up to 6 after ReLU6: no byte stands for more, so that the runtime can
    /// leave out the clipping.
    /// </param>
    internal static ActivationScale From(ValueRange range, ValueRange bounds)
    {
        double min = Math.Max(Math.Min(range.Min, 0), bounds.Min),
            max = Math.Min(Math.Max(range.Max, 0), bounds.Max);
        double step = (max - min) / Steps;
        if (!(step >= 1e-30))
        {
            return new ActivationScale(1, 0); // always 0: any scale will do
        }

        float scale = (float)step;
        byte zeroPoint = (byte)Math.Clamp(Math.Round(-min / step, MidpointRounding.ToEven), 0, Steps);
        while (scale * (Steps - zeroPoint) > bounds.Max)
        {
            scale = MathF.BitDecrement(scale);
        }

        return new ActivationScale(scale, zeroPoint);
    }
}
