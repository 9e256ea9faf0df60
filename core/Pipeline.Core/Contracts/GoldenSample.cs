namespace Pipeline.Core.Contracts;

/// <summary>
/// A synthetic batch given by a formula, and the logits that the trainer computed for it: a loaded model checks itself
/// against it at start-up, on any device.
/// </summary>
/// <param name="Formula">Name of the formula; <see cref="RampFormula"/> is the one there is.</param>
/// <param name="Count">Number of images N, at least 1.</param>
/// <param name="Logits">Row-major <c>float32 [N, K]</c> as computed in float32 by the trainer. Do not modify.</param>
public sealed record GoldenSample(string Formula, int Count, float[] Logits)
{
    /// <summary>Pixel (n, y, x, c) is <c>(151 n + 31 y + 17 x + 59 c + (y x) mod 251) mod 256</c>.</summary>
    public const string RampFormula = "(151*n + 31*y + 17*x + 59*c + (y*x)%251) % 256";

    /// <summary>Writes the synthetic batch.</summary>
    /// <param name="pixels">Receives <c>uint8 [count, H, W, 3]</c>; must have exactly that length.</param>
    /// <param name="count">Number of images.</param>
    /// <param name="size">Size of each.</param>
    /// <exception cref="ArgumentException"><paramref name="pixels"/> has another length.</exception>
    public static void FillPixels(Span<byte> pixels, int count, ImageSize size)
    {
        if (pixels.Length != count * size.RgbBytes)
        {
            throw new ArgumentException(
                $"Expected {count * size.RgbBytes} bytes, found {pixels.Length}.",
                nameof(pixels)
            );
        }

        int position = 0;
        for (int n = 0; n < count; n++)
        {
            for (int y = 0; y < size.Height; y++)
            {
                for (int x = 0; x < size.Width; x++)
                {
                    int common = (151 * n) + (31 * y) + (17 * x) + (y * x % 251);
                    for (int c = 0; c < 3; c++)
                    {
                        pixels[position++] = (byte)((common + (59 * c)) % 256);
                    }
                }
            }
        }
    }
}
