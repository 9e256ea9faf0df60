using Pipeline.Core.Contracts;
using Pipeline.Trainer.Recipes;

namespace Pipeline.Trainer.Augmentation;

/// <summary>
/// What happens to one image in one epoch: numbers drawn from a recipe's ranges. The defaults change nothing.
/// </summary>
internal sealed record ImageChange
{
    /// <summary>Which sides are swapped.</summary>
    internal ImageFlips Flips { get; init; }

    /// <summary>Whether left and right are swapped.</summary>
    internal bool IsFlippedHorizontally => Flips.HasFlag(ImageFlips.Horizontal);

    /// <summary>Whether top and bottom are swapped.</summary>
    internal bool IsFlippedVertically => Flips.HasFlag(ImageFlips.Vertical);

    /// <summary>Angle of the rotation, in degrees.</summary>
    internal double RotationDegrees { get; init; }

    /// <summary>Horizontal shift as a share of the width.</summary>
    internal double WidthShift { get; init; }

    /// <summary>Vertical shift as a share of the height.</summary>
    internal double HeightShift { get; init; }

    /// <summary>Angle of the shear, in radians.</summary>
    internal double ShearRadians { get; init; }

    /// <summary>Factor on horizontal distances from the centre when reading; below 1 enlarges.</summary>
    internal double ZoomX { get; init; } = 1;

    /// <summary>Factor on vertical distances from the centre when reading; below 1 enlarges.</summary>
    internal double ZoomY { get; init; } = 1;

    /// <summary>The part of the image that is shown.</summary>
    internal Box Crop { get; init; } = Box.Whole;

    /// <summary>What a policy moves.</summary>
    internal AffineMap Policy { get; init; } = AffineMap.Identity;

    /// <summary>
    /// Coefficient k: a pixel comes from (1 + k r²) times as far from the centre, r = 1 at the corners.
    /// </summary>
    internal double RadialDistortion { get; init; }

    /// <summary>Factor on the pixel values.</summary>
    internal double Brightness { get; init; } = 1;

    /// <summary>Factor on distances from the image's mean grey.</summary>
    internal double Contrast { get; init; } = 1;

    /// <summary>Factor on distances from each pixel's own grey.</summary>
    internal double Saturation { get; init; } = 1;

    /// <summary>Angle that hues turn by, in degrees.</summary>
    internal double HueDegrees { get; init; }

    /// <summary>What a policy does to the tones.</summary>
    internal ToneChange Tone { get; init; }

    /// <summary>Rectangle that is painted over; <c>null</c> means none.</summary>
    internal Box? Erased { get; init; }

    /// <summary>What it is painted with, 0 to 255.</summary>
    internal double ErasedValue { get; init; }

    /// <summary>Whether pixels come from between other pixels; flips alone only change places.</summary>
    internal bool IsResampled =>
        RotationDegrees != 0
        || WidthShift != 0
        || HeightShift != 0
        || ShearRadians != 0
        || ZoomX != 1
        || ZoomY != 1
        || Crop != Box.Whole
        || Policy != AffineMap.Identity
        || RadialDistortion != 0;

    /// <summary>
    /// All geometry but the radial distortion in one map: crop and policy, then Keras's: rotation times shift times
    /// shear times zoom, and the flips, which it does last.
    /// </summary>
    /// <remarks>
    /// <para>
    /// Source of matrices and order: <c>apply_affine_transform</c> in
    /// keras_preprocessing/image/affine_transformations.py. Where its versions differ: x is the horizontal axis, as
    /// since commit 0edcff0 (up to 1.1.2 it was the vertical one, so shear went the other way); the centre is <c>(W -
    /// 1) / 2, (H - 1) / 2</c>, as since commit 33d9d59 (up to 1.1.2 it was one pixel further); a width shift always
    /// moves along the width and a height shift along the height (since commit 0edcff0 they are exchanged there).
    /// Checked against a step-by-step reference in <c>ImageAugmenterTests</c>.
    /// </para>
    /// </remarks>
    /// <param name="size">Size of the image; shifts are shares of it.</param>
    internal AffineMap Geometry(ImageSize size) =>
        Crop.ToMap(size)
        * Policy
        * AffineMap.Rotation(double.DegreesToRadians(RotationDegrees))
        * AffineMap.Shift(WidthShift * size.Width, HeightShift * size.Height)
        * AffineMap.Shear(ShearRadians)
        * AffineMap.Zoom(ZoomX, ZoomY)
        * AffineMap.Mirror(IsFlippedHorizontally, IsFlippedVertically);
}
