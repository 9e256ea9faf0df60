using Pipeline.Core.Contracts;

namespace Pipeline.Core.Imaging.Decoding;

/// <summary>
/// Blends transparent pixels over one level of grey, rounded to the nearest level, as Pillow's <c>Image.paste</c> with
/// a mask does.
/// </summary>
internal static class AlphaBlend
{
    /// <summary>The level behind a transparent pixel.</summary>
    /// <param name="alpha">What becomes of transparency.</param>
    /// <returns>255 for white, 0 for black.</returns>
    internal static byte Background(AlphaPolicy alpha) =>
        alpha == AlphaPolicy.OverWhite ? byte.MaxValue : byte.MinValue;

    /// <summary>Blends one sample.</summary>
    /// <param name="value">The sample.</param>
    /// <param name="opacity">Its alpha.</param>
    /// <param name="background">What lies behind it.</param>
    /// <returns>The nearest of (value · opacity + background · (255 - opacity)) / 255.</returns>
    internal static byte Over(int value, int opacity, int background) =>
        (byte)(((value * opacity) + (background * (255 - opacity)) + 127) / 255);

    /// <summary>Blends pixels.</summary>
    /// <param name="rgba">Pixels, <c>uint8 [N, 4]</c>.</param>
    /// <param name="background">What lies behind them.</param>
    /// <param name="rgb">Receives <c>uint8 [N, 3]</c>.</param>
    internal static void Over(ReadOnlySpan<byte> rgba, byte background, Span<byte> rgb)
    {
        for (int from = 0, to = 0; to < rgb.Length; from += 4, to += 3)
        {
            byte opacity = rgba[from + 3];
            rgb[to] = Over(rgba[from], opacity, background);
            rgb[to + 1] = Over(rgba[from + 1], opacity, background);
            rgb[to + 2] = Over(rgba[from + 2], opacity, background);
        }
    }
}
