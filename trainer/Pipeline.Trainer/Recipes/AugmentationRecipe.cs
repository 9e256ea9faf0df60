namespace Pipeline.Trainer.Recipes;

/// <summary>
/// What stands outside an image that is turned, shifted, slanted or made smaller. Shown for a row of pixels <c>a b c
/// d</c>.
/// </summary>
public enum FillMode
{
    /// <summary>The nearest pixel: <c>a a a | a b c d | d d d</c>.</summary>
    Nearest,

    /// <summary>
    /// The mirrored image, edge pixel repeated: <c>c b a | a b c d | d c b</c>. Keras and SciPy call this reflect too;
    /// NumPy's reflect does not repeat the edge.
    /// </summary>
    Reflect,

    /// <summary>
    /// A fixed value. Pixels half outside are mixed with it; SciPy's constant, which Keras uses, takes the value alone
    /// there.
    /// </summary>
    Constant,
}

/// <summary>A range that a factor is drawn from, uniformly.</summary>
/// <param name="Low">Smallest factor.</param>
/// <param name="High">Largest factor, not below <paramref name="Low"/>.</param>
public readonly record struct FactorRange(double Low, double High)
{
    /// <summary>The range that changes nothing.</summary>
    public static FactorRange One { get; } = new(1, 1);

    /// <summary>The factor at a share of the way from low to high.</summary>
    internal double At(double share) => Low + ((High - Low) * share);

    /// <summary>The factor at a share of the way on a logarithmic scale: half of the way from 1/2 to 2 is 1.</summary>
    internal double AtLogarithm(double share) => Math.Exp(Math.Log(Low) + ((Math.Log(High) - Math.Log(Low)) * share));
}

/// <summary>
/// Random changes to training images, drawn per image and epoch: the meaning is that of Keras's
/// <c>ImageDataGenerator</c>, the unit stands in each key's name. Applied to pixels of 0 to 255, before scale, mean and
/// deviation: crop, policy, rotation, shifts, shear, zoom, stretch, flips and radial distortion as one map about the
/// centre with one bilinear resampling, then brightness, contrast, saturation, hue, the policy's tones, and erasing.
/// </summary>
public sealed record AugmentationRecipe
{
    /// <summary>Largest <see cref="ShearRadians"/>: short of a quarter turn, where the image becomes a line.</summary>
    internal const double MaxShearRadians = 1.5;

    private static readonly AugmentationRecipe Nothing = new();

    /// <summary>Swaps left and right in half of the images.</summary>
    public bool HorizontalFlip { get; init; }

    /// <summary>Swaps top and bottom in half of the images.</summary>
    public bool VerticalFlip { get; init; }

    /// <summary>Turns by an angle in degrees, uniform between minus and plus this one; in [0, 180].</summary>
    public double RotationDegrees { get; init; }

    /// <summary>Shifts sideways by a share of the width, uniform between minus and plus this one; in [0, 1].</summary>
    public double WidthShift { get; init; }

    /// <summary>
    /// Shifts up or down by a share of the height, uniform between minus and plus this one; in [0, 1].
    /// </summary>
    public double HeightShift { get; init; }

    /// <summary>
    /// Slants by an angle in radians, uniform between minus and plus this one; in [0, 1.5]. Keras's shear: rows move by
    /// its sine and come closer by its cosine.
    /// </summary>
    public double ShearRadians { get; init; }

    /// <summary>
    /// Zooms by a factor, positive. As in Keras it is the factor on what is seen: 0.5 shows the middle half, twice as
    /// large.
    /// </summary>
    public FactorRange Zoom { get; init; } = FactorRange.One;

    /// <summary>Whether <see cref="Zoom"/> is drawn for each axis, so that it stretches as well.</summary>
    public ZoomAxes ZoomAxes { get; init; }

    /// <summary>
    /// Makes the image wider by a factor and lower by the same, area kept: width over height changes by the factor,
    /// drawn uniformly on a logarithmic scale; positive.
    /// </summary>
    public FactorRange Stretch { get; init; } = FactorRange.One;

    /// <summary>
    /// Bends the image as a lens does: a pixel comes from (1 + k r²) times as far from the centre, r = 1 at the
    /// corners, k uniform between minus and plus this one; in [0, 0.3]. Positive k is a barrel, negative a cushion.
    /// </summary>
    /// <remarks>Source: Brown 1966, the radial model's first term. Above 1/3 a cushion would fold over.</remarks>
    public double RadialDistortion { get; init; }

    /// <summary>Shows a random part of the image; <c>null</c> shows all of it.</summary>
    public CropRecipe? RandomResizedCrop { get; init; }

    /// <summary>
    /// Multiplies the pixels, as bytes, by a factor, not negative; the result is cut to 0 to 255 and its fraction
    /// dropped: Keras's <c>brightness_range</c>.
    /// </summary>
    public FactorRange Brightness { get; init; } = FactorRange.One;

    /// <summary>
    /// Moves the pixels away from the image's mean grey by a factor, not negative; 0 is flat grey. Cut to 0 to 255.
    /// </summary>
    public FactorRange Contrast { get; init; } = FactorRange.One;

    /// <summary>
    /// Moves each pixel away from its own grey by a factor, not negative; 0 is black and white. Cut to 0 to 255.
    /// </summary>
    public FactorRange Saturation { get; init; } = FactorRange.One;

    /// <summary>
    /// Turns the hue (of HSV) by an angle in degrees, uniform between minus and plus this one; in [0, 180].
    /// </summary>
    public double HueDegrees { get; init; }

    /// <summary>Paints a rectangle over; <c>null</c> does not.</summary>
    public ErasingRecipe? RandomErasing { get; init; }

    /// <summary>A policy, beside what the other keys say.</summary>
    public AutoPolicy Auto { get; init; }

    /// <summary>What stands outside the image.</summary>
    public FillMode Fill { get; init; } = FillMode.Nearest;

    /// <summary>
    /// Value of every channel for <see cref="FillMode.Constant"/>, in [0, 255]; brightness applies to it as well.
    /// </summary>
    public double FillValue { get; init; }

    /// <summary>Whether any change is asked for.</summary>
    public bool IsAny => HorizontalFlip || VerticalFlip || !HasFewVariants;

    /// <summary>
    /// Whether an image has only a handful of forms, one for each of <see cref="Flips"/>, so that each can be computed
    /// once and kept.
    /// </summary>
    public bool HasFewVariants =>
        (
            this with
            {
                HorizontalFlip = false,
                VerticalFlip = false,
                ZoomAxes = ZoomAxes.Each,
                Fill = FillMode.Nearest,
                FillValue = 0,
            }
        ) == Nothing;

    /// <summary>The flips that can be drawn; <see cref="ImageFlips.None"/> comes first.</summary>
    public IReadOnlyList<ImageFlips> Flips =>
        [
            .. from vertical in VerticalFlip ? [ImageFlips.None, ImageFlips.Vertical] : new[] { ImageFlips.None }
            from horizontal in HorizontalFlip ? [ImageFlips.None, ImageFlips.Horizontal] : new[] { ImageFlips.None }
            select vertical | horizontal,
        ];
}

/// <summary>A published policy that changes images without numbers to choose.</summary>
public enum AutoPolicy
{
    /// <summary>None.</summary>
    None,

    /// <summary>
    /// TrivialAugment, wide ranges: one of 14 changes per image, at a random strength. Müller and Hutter 2021,
    /// arXiv:2103.10158, table 1.
    /// </summary>
    TrivialAugment,
}

/// <summary>
/// A random part of the image, enlarged to the whole: torchvision's <c>RandomResizedCrop</c>, on the image at the
/// network's size, bilinear and without antialias.
/// </summary>
/// <param name="Area">Share of the image's area, drawn uniformly; in (0, 1].</param>
/// <param name="Aspect">
/// Width over height of the part as a factor of the image's own, drawn uniformly on a logarithmic scale; positive.
/// </param>
/// <remarks>
/// Source: Szegedy et al. 2015, arXiv:1409.4842, section 6. After ten draws that do not fit into the image, the whole
/// image is taken.
/// </remarks>
public sealed record CropRecipe(FactorRange Area, FactorRange Aspect)
{
    /// <summary>torchvision's: an area of 8 % to 100 %, 3:4 to 4:3.</summary>
    public static CropRecipe Usual { get; } = new(new FactorRange(0.08, 1), new FactorRange(3 / 4.0, 4 / 3.0));
}

/// <summary>A rectangle of the image is painted over, after all other changes.</summary>
/// <param name="Probability">Share of images that lose one, in (0, 1].</param>
/// <param name="Area">Share of the image's area, drawn uniformly; in (0, 1].</param>
/// <param name="Aspect">
/// Width over height of the rectangle as a factor of the image's own, drawn uniformly on a logarithmic scale; positive.
/// </param>
/// <param name="Value">What is painted, the same in each channel, in [0, 255].</param>
/// <remarks>
/// Source: Zhong et al. 2020, arXiv:1708.04896. After ten draws that do not fit into the image, nothing is erased.
/// </remarks>
public sealed record ErasingRecipe(double Probability, FactorRange Area, FactorRange Aspect, double Value)
{
    /// <summary>torchvision's numbers; it paints 0 after normalising, which is about the middle of the range.</summary>
    public static ErasingRecipe Usual { get; } =
        new(0.5, new FactorRange(0.02, 0.33), new FactorRange(0.3, 3.3), 127.5);
}

/// <summary>Which sides of an image are swapped.</summary>
[Flags]
public enum ImageFlips
{
    /// <summary>The image as it is.</summary>
    None = 0,

    /// <summary>Left and right.</summary>
    Horizontal = 1,

    /// <summary>Top and bottom.</summary>
    Vertical = 2,
}

/// <summary>Whether a zoom's factor is drawn once for an image or once for each axis.</summary>
public enum ZoomAxes
{
    /// <summary>
    /// One factor for the width and another for the height, as Keras does: the image is stretched as well.
    /// </summary>
    Each,

    /// <summary>The same factor for both: proportions stay.</summary>
    Both,
}
