using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging.Resizing;

namespace Pipeline.Core.Imaging.Decoding;

/// <summary>
/// How much a JPEG is shrunk while it is decoded: libjpeg can decode to 1/2, 1/4 or 1/8 by scaled inverse cosine
/// transforms, for much less work than decoding whole.
/// </summary>
internal static class JpegShrink
{
    /// <summary>The largest of 8, 4, 2, 1 that leaves at least twice the scaled size on both axes, so that the kernel
    /// still has the last word; with <see cref="ShrinkOnLoad.Fast"/> at least the scaled size. Nearest takes pixels of
    /// the file itself: 1. libvips leaves out what remains of rows and columns when they are divided: since version 3
    /// of the rules only divisors of both sides are taken.</summary>
    /// <param name="source">Size of the image in the file, after orientation.</param>
    /// <param name="plan">Geometry of the resize.</param>
    /// <param name="rules">Kernel of the resize, how far it may go, and the version of the rules.</param>
    /// <returns>The divisor.</returns>
    internal static int Choose(ImageSize source, ResizePlan plan, Preprocessing rules)
    {
        int times = rules.ShrinkOnLoad == ShrinkOnLoad.Fast ? 1 : 2;
        int shrink = rules.Kernel == ResizeKernel.Nearest ? 1 : 8;
        while (shrink > 1 && (IsTooSmall(source, plan, shrink * times) || (rules.IsExact && !Divides(source, shrink))))
        {
            shrink /= 2;
        }

        return shrink;
    }

    private static bool IsTooSmall(ImageSize source, ResizePlan plan, int divisor) =>
        source.Width < divisor * plan.Horizontal.Full || source.Height < divisor * plan.Vertical.Full;

    private static bool Divides(ImageSize source, int shrink) =>
        source.Width % shrink == 0 && source.Height % shrink == 0;
}
