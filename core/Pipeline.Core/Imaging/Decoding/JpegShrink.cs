using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging.Resizing;

namespace Pipeline.Core.Imaging.Decoding;

/// <summary>
/// How much a JPEG is shrunk while it is decoded: libjpeg can decode to 1/2, 1/4 or 1/8 by scaled inverse cosine transforms, for much less work than decoding whole.
/// </summary>
internal static class JpegShrink
{
    /// <summary>The largest of 8, 4, 2, 1 that leaves at least twice the scaled size on both axes, so that the kernel still has the last word; with <see cref="ShrinkOnLoad.Fast"/>
    /// at least the scaled size. Nearest takes pixels of the file itself: 1.</summary>
    /// <param name="source">Size of the image in the file, after orientation.</param>
    /// <param name="plan">Geometry of the resize.</param>
    /// <param name="kernel">Kernel of the resize.</param>
    /// <param name="limit">How far it may go.</param>
    /// <returns>The divisor.</returns>
    internal static int Choose(ImageSize source, ResizePlan plan, ResizeKernel kernel, ShrinkOnLoad limit)
    {
        int times = limit == ShrinkOnLoad.Fast ? 1 : 2;
        int shrink = kernel == ResizeKernel.Nearest ? 1 : 8;
        while (shrink > 1 && (source.Width / shrink < times * plan.Horizontal.Full || source.Height / shrink < times * plan.Vertical.Full))
        {
            shrink /= 2;
        }

        return shrink;
    }
}
