using System.Globalization;
using Pipeline.Core.Contracts;

namespace Pipeline.Core.Tests.Imaging;

/// <summary>Comparisons of RGB pixels that say where they failed.</summary>
internal static class PixelAssert
{
    /// <summary>Every value within so many levels of 255; names the worst place.</summary>
    public static void Near(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual, ImageSize size, int maxLevels)
    {
        Assert.Equal(size.RgbBytes, expected.Length);
        Assert.Equal(size.RgbBytes, actual.Length);
        int worst = 0;
        for (int index = 0; index < expected.Length; index++)
        {
            if (Math.Abs(expected[index] - actual[index]) > Math.Abs(expected[worst] - actual[worst]))
            {
                worst = index;
            }
        }

        int error = Math.Abs(expected[worst] - actual[worst]);
        int pixel = worst / 3;
        Assert.True(
            error <= maxLevels,
            string.Create(
                CultureInfo.InvariantCulture,
                $"x {pixel % size.Width}, y {pixel / size.Width}, channel {worst % 3}: expected {expected[worst]}, "
                    + $"found {actual[worst]}, {error} levels apart, allowed {maxLevels}."
            )
        );
    }

    /// <summary>One pixel within so many levels.</summary>
    public static void PixelNear(
        (int R, int G, int B) expected,
        ReadOnlySpan<byte> pixels,
        ImageSize size,
        int x,
        int y,
        int maxLevels
    )
    {
        int at = ((y * size.Width) + x) * 3;
        int error = Math.Max(
            Math.Abs(expected.R - pixels[at]),
            Math.Max(Math.Abs(expected.G - pixels[at + 1]), Math.Abs(expected.B - pixels[at + 2]))
        );
        Assert.True(
            error <= maxLevels,
            $"x {x}, y {y}: expected {expected}, found ({pixels[at]}, {pixels[at + 1]}, {pixels[at + 2]}), "
                + $"{error} levels apart, allowed {maxLevels}."
        );
    }

    /// <summary>
    /// The picture of <c>quadrants()</c> in <c>make_images.py</c>, upright: red, green / blue, white.
    /// </summary>
    public static void ShowsQuadrants(ReadOnlySpan<byte> pixels, ImageSize size, int maxLevels)
    {
        (int left, int right, int top, int bottom) = (
            size.Width / 4,
            size.Width * 3 / 4,
            size.Height / 4,
            size.Height * 3 / 4
        );
        PixelNear((220, 30, 30), pixels, size, left, top, maxLevels);
        PixelNear((30, 200, 30), pixels, size, right, top, maxLevels);
        PixelNear((30, 30, 220), pixels, size, left, bottom, maxLevels);
        PixelNear((255, 255, 255), pixels, size, right, bottom, maxLevels);
    }
}
