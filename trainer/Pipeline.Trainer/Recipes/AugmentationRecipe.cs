using Pipeline.Trainer.Augmentation;

namespace Pipeline.Trainer.Recipes;

/// <summary>What stands outside an image that is turned, shifted, slanted or made smaller. Shown for a row of pixels <c>a b c d</c>.</summary>
public enum FillMode
{
    /// <summary>The nearest pixel: <c>a a a | a b c d | d d d</c>.</summary>
    Nearest,

    /// <summary>The mirrored image, edge pixel repeated: <c>c b a | a b c d | d c b</c>. Keras and SciPy call this reflect too; NumPy's reflect does not repeat the edge.</summary>
    Reflect,

    /// <summary>A fixed value. Pixels half outside are mixed with it; SciPy's constant, which Keras uses, takes the value alone there.</summary>
    Constant,
}

/// <summary>A range that a factor is drawn from, uniformly.</summary>
/// <param name="Low">Smallest factor.</param>
/// <param name="High">Largest factor, not below <paramref name="Low"/>.</param>
public readonly record struct FactorRange(double Low, double High)
{
    /// <summary>The range that changes nothing.</summary>
    public static FactorRange One { get; } = new(1, 1);
}

/// <summary>
/// Random changes to training images, drawn per image and epoch: the meaning is that of Keras's <c>ImageDataGenerator</c>, the unit stands in each key's name. Applied to pixels of 0 to 255,
/// before scale, mean and deviation: rotation, shifts, shear and zoom as one map about the centre with one bilinear resampling, then flips, then brightness.
/// </summary>
public sealed record AugmentationRecipe
{
    /// <summary>Largest <see cref="ShearRadians"/>: short of a quarter turn, where the image becomes a line.</summary>
    internal const double MaxShearRadians = 1.5;

    /// <summary>Swaps left and right in half of the images.</summary>
    public bool HorizontalFlip { get; init; }

    /// <summary>Swaps top and bottom in half of the images.</summary>
    public bool VerticalFlip { get; init; }

    /// <summary>Turns by an angle in degrees, uniform between minus and plus this one; in [0, 180].</summary>
    public double RotationDegrees { get; init; }

    /// <summary>Shifts sideways by a share of the width, uniform between minus and plus this one; in [0, 1].</summary>
    public double WidthShift { get; init; }

    /// <summary>Shifts up or down by a share of the height, uniform between minus and plus this one; in [0, 1].</summary>
    public double HeightShift { get; init; }

    /// <summary>Slants by an angle in radians, uniform between minus and plus this one; in [0, 1.5]. Keras's shear: rows move by its sine and come closer by its cosine.</summary>
    public double ShearRadians { get; init; }

    /// <summary>Zooms by a factor drawn for each axis, so that it stretches as well; positive. As in Keras it is the factor on what is seen: 0.5 shows the middle half, twice as large.</summary>
    public FactorRange Zoom { get; init; } = FactorRange.One;

    /// <summary>Multiplies the pixels by a factor, not negative; the result is cut to 0 to 255. Unlike Keras, the image is not stretched to 0 to 255 first, and not rounded.</summary>
    public FactorRange Brightness { get; init; } = FactorRange.One;

    /// <summary>What stands outside the image.</summary>
    public FillMode Fill { get; init; } = FillMode.Nearest;

    /// <summary>Value of every channel for <see cref="FillMode.Constant"/>, in [0, 255]; brightness applies to it as well.</summary>
    public double FillValue { get; init; }

    /// <summary>Whether any change is asked for.</summary>
    public bool IsAny => HorizontalFlip || VerticalFlip || !HasFewVariants;

    /// <summary>Whether an image has only a handful of forms, one for each of <see cref="Flips"/>, so that each can be computed once and kept.</summary>
    public bool HasFewVariants => RotationDegrees == 0 && WidthShift == 0 && HeightShift == 0 && ShearRadians == 0 && Zoom == FactorRange.One && Brightness == FactorRange.One;

    /// <summary>The flips that can be drawn; <see cref="ImageFlips.None"/> comes first.</summary>
    public IReadOnlyList<ImageFlips> Flips =>
    [
        .. from vertical in VerticalFlip ? [ImageFlips.None, ImageFlips.Vertical] : new[] { ImageFlips.None }
           from horizontal in HorizontalFlip ? [ImageFlips.None, ImageFlips.Horizontal] : new[] { ImageFlips.None }
           select vertical | horizontal,
    ];
}
