using System.Runtime.InteropServices;
using Pipeline.Core.Contracts;

namespace Pipeline.Core.Imaging.Decoding;

/// <summary>
/// The eight orientations of EXIF: 1 upright, 2 mirrored, 3 upside down, 4 flipped, and 5 to 8 with rows and columns
/// exchanged.
/// </summary>
/// <remarks>Source: CIPA DC-008 (Exif 2.32), section 4.6.4, tag 274.</remarks>
internal static class Upright
{
    /// <summary>The size after turning.</summary>
    /// <param name="stored">Size as stored in the file.</param>
    /// <param name="orientation">1 to 8.</param>
    /// <returns>The upright size.</returns>
    internal static ImageSize SizeOf(ImageSize stored, int orientation) =>
        orientation >= 5 ? new ImageSize(stored.Height, stored.Width) : stored;

    /// <summary>Turns an image.</summary>
    /// <param name="source">Pixels as stored, <c>uint8 [H, W, 3]</c>. Borrowed.</param>
    /// <param name="stored">Their size.</param>
    /// <param name="orientation">1 to 8.</param>
    /// <param name="target">Receives the upright pixels; must not overlap the source. Borrowed.</param>
    internal static void Turn(ReadOnlySpan<byte> source, ImageSize stored, int orientation, Span<byte> target)
    {
        ReadOnlySpan<Rgb> from = MemoryMarshal.Cast<byte, Rgb>(source);
        Span<Rgb> to = MemoryMarshal.Cast<byte, Rgb>(target);
        ImageSize size = SizeOf(stored, orientation);
        int lastColumn = stored.Width - 1;
        int lastRow = stored.Height - 1;

        // Where the upright pixel (0, 0) comes from, and how far apart its neighbours to the right and below are
        // stored.
        (int first, int right, int down) = orientation switch
        {
            2 => (lastColumn, -1, stored.Width),
            3 => ((lastRow * stored.Width) + lastColumn, -1, -stored.Width),
            4 => (lastRow * stored.Width, 1, -stored.Width),
            5 => (0, stored.Width, 1),
            6 => (lastRow * stored.Width, -stored.Width, 1),
            7 => ((lastRow * stored.Width) + lastColumn, -stored.Width, -1),
            8 => (lastColumn, stored.Width, -1),
            _ => (0, 1, stored.Width),
        };
        for (int row = 0; row < size.Height; row++)
        {
            int position = first + (row * down);
            foreach (ref Rgb pixel in to.Slice(row * size.Width, size.Width))
            {
                pixel = from[position];
                position += right;
            }
        }
    }

    private readonly record struct Rgb(byte Red, byte Green, byte Blue);
}
