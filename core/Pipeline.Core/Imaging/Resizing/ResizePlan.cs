using Pipeline.Core.Contracts;

namespace Pipeline.Core.Imaging.Resizing;

/// <summary>
/// The geometry of one resize under a <see cref="ResizeMode"/>, in whole pixels. It follows from the size of the
/// original image after orientation, never from that of a copy shrunk while loading, so the shrink cannot move it.
/// </summary>
/// <remarks>
/// <para>Squash: each axis to the target.</para>
/// <para>FitCrop: the axis that needs the larger scale becomes the target, the other floor(length · target / length of
/// the first), and half of the excess, ties to even, is cut off in front: torchvision's <c>Resize(S)</c> then
/// <c>CenterCrop(S)</c> for a square target.</para>
/// <para>FitPad: the axis that needs the smaller scale becomes the target, the other is rounded to nearest, ties to
/// even, at least 1; bars are split the same way: Pillow's <c>ImageOps.pad</c>.</para>
/// </remarks>
/// <param name="Horizontal">Columns.</param>
/// <param name="Vertical">Rows.</param>
internal readonly record struct ResizePlan(AxisPlan Horizontal, AxisPlan Vertical)
{
    /// <summary>Plans a resize.</summary>
    /// <param name="source">Size of the whole image after orientation.</param>
    /// <param name="target">Size wanted.</param>
    /// <param name="mode">How the shapes are reconciled.</param>
    /// <returns>The geometry.</returns>
    internal static ResizePlan Create(ImageSize source, ImageSize target, ResizeMode mode)
    {
        if (mode == ResizeMode.Squash)
        {
            return new ResizePlan(
                new AxisPlan(target.Width, 0, target.Width, 0),
                new AxisPlan(target.Height, 0, target.Height, 0)
            );
        }

        // Width needs the larger scale when targetWidth / width >= targetHeight / height.
        bool widthNeedsMore = (long)target.Width * source.Height >= (long)target.Height * source.Width;
        bool byWidth = widthNeedsMore == (mode == ResizeMode.FitCrop);
        return byWidth
            ? new ResizePlan(
                new AxisPlan(target.Width, 0, target.Width, 0),
                Follow(source.Height, target.Height, target.Width, source.Width, mode)
            )
            : new ResizePlan(
                Follow(source.Width, target.Width, target.Height, source.Height, mode),
                new AxisPlan(target.Height, 0, target.Height, 0)
            );
    }

    // The axis of the given length, scaled by numerator / denominator.
    private static AxisPlan Follow(int length, int target, int numerator, int denominator, ResizeMode mode)
    {
        if (mode == ResizeMode.FitCrop)
        {
            long full = (long)length * numerator / denominator;
            return new AxisPlan(full, HalfToEven(full - target), target, 0);
        }

        int fitted = Math.Clamp(
            (int)Math.Round((double)length * numerator / denominator, MidpointRounding.ToEven),
            1,
            target
        );
        return new AxisPlan(fitted, 0, fitted, (int)HalfToEven(target - fitted));
    }

    private static long HalfToEven(long excess) => (long)Math.Round(excess / 2.0, MidpointRounding.ToEven);
}
