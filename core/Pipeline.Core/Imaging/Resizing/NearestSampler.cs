using Pipeline.Core.Contracts;

namespace Pipeline.Core.Imaging.Resizing;

/// <summary>
/// Resize by the nearest source pixel: scaled pixel i takes source pixel floor((i + 0.5) · source / full), in integer
/// arithmetic.
/// </summary>
internal static class NearestSampler
{
    /// <summary>Resizes and places the result; pixels of the target outside the plan are left alone.</summary>
    /// <param name="source">Pixels, <c>uint8 [H, W, 3]</c>. Borrowed.</param>
    /// <param name="size">Their size.</param>
    /// <param name="plan">Geometry.</param>
    /// <param name="target">The whole target row space from the first placed pixel on. Borrowed.</param>
    /// <param name="targetStride">Bytes from row to row of the target.</param>
    internal static void Sample(
        ReadOnlySpan<byte> source,
        ImageSize size,
        ResizePlan plan,
        Span<byte> target,
        int targetStride
    )
    {
        for (int row = 0; row < plan.Vertical.Count; row++)
        {
            ReadOnlySpan<byte> line = source.Slice(
                SourceIndex(row, size.Height, plan.Vertical) * size.Width * 3,
                size.Width * 3
            );
            Span<byte> placed = target.Slice(row * targetStride, plan.Horizontal.Count * 3);
            for (int column = 0; column < plan.Horizontal.Count; column++)
            {
                line.Slice(SourceIndex(column, size.Width, plan.Horizontal) * 3, 3).CopyTo(placed[(column * 3)..]);
            }
        }
    }

    private static int SourceIndex(int index, int length, AxisPlan plan) =>
        (int)(((2L * (plan.First + index)) + 1) * length / (2L * plan.Full));
}
