using Pipeline.Trainer.Augmentation;

namespace Pipeline.Trainer.Tests.Augmentation;

/// <summary>Colour jitter pixel by pixel, in double; the hue by the six cases of HSV as textbooks have them.</summary>
internal static class ReferenceColors
{
    /// <summary>Changes one image, <c>[3, P]</c>.</summary>
    internal static double[] Apply(double[] image, ImageChange change)
    {
        int pixels = image.Length / 3;
        double[] result = [.. image.Select(value => change.Brightness == 1 ? value : Brighten(value))];
        double mean = Enumerable.Range(0, pixels).Average(index => Grey(result, index));
        result =
        [
            .. result.Select(value => change.Contrast == 1 ? value : Cut(mean + (change.Contrast * (value - mean)))),
        ];
        double[] greys = [.. Enumerable.Range(0, pixels).Select(index => Grey(result, index))];
        result =
        [
            .. result.Select(
                (value, index) =>
                    change.Saturation == 1
                        ? value
                        : Cut(greys[index % pixels] + (change.Saturation * (value - greys[index % pixels])))
            ),
        ];
        for (int index = 0; change.HueDegrees != 0 && index < pixels; index++)
        {
            (result[index], result[pixels + index], result[(2 * pixels) + index]) = Turn(
                result[index],
                result[pixels + index],
                result[(2 * pixels) + index],
                change.HueDegrees
            );
        }

        return result;

        double Brighten(double level) => Math.Floor(Cut((float)Math.Floor(level) * (float)change.Brightness));

        double Grey(double[] values, int index) =>
            (0.2989 * values[index]) + (0.587 * values[pixels + index]) + (0.114 * values[(2 * pixels) + index]);
    }

    internal static double Cut(double value) => Math.Clamp(value, 0, 255);

    private static (double Red, double Green, double Blue) Turn(double red, double green, double blue, double degrees)
    {
        double high = Math.Max(red, Math.Max(green, blue)),
            chroma = high - Math.Min(red, Math.Min(green, blue));
        double hue =
            chroma == 0 ? 0
            : high == red ? 60 * (green - blue) / chroma
            : high == green ? 120 + (60 * (blue - red) / chroma)
            : 240 + (60 * (red - green) / chroma);
        hue = (hue + degrees + 720) % 360;
        double second = chroma * (1 - Math.Abs((hue / 60 % 2) - 1)),
            low = high - chroma;
        (double r, double g, double b) = (int)(hue / 60) switch
        {
            0 => (chroma, second, 0.0),
            1 => (second, chroma, 0.0),
            2 => (0.0, chroma, second),
            3 => (0.0, second, chroma),
            4 => (second, 0.0, chroma),
            _ => (chroma, 0.0, second),
        };
        return (r + low, g + low, b + low);
    }
}
