using Pipeline.Trainer.Recipes;

namespace Pipeline.Trainer.Augmentation;

/// <summary>
/// Draws an image's change. Each number depends on the seed, its own purpose, the epoch and the image, and on nothing
/// else: neither on workers and batches nor on which other keys a recipe has.
/// </summary>
internal static class ChangeDraw
{
    private const long PartStride = 1L << 32;

    /// <summary>
    /// Keeps the numbers for different keys apart. The values are part of a run's reproducibility: never renumber.
    /// </summary>
    private enum Purpose : long
    {
        HorizontalFlip = 0xF119,
        VerticalFlip,
        Rotation,
        WidthShift,
        HeightShift,
        Shear,
        ZoomX,
        ZoomY,
        Brightness,
        Stretch,
        RadialDistortion,
        Crop,
        Contrast,
        Saturation,
        Hue,
        IsErased,
        Erased,
        PolicyKind,
        PolicyStrength,
        PolicySign,
    }

    /// <summary>Draws the change of one image in one epoch.</summary>
    /// <param name="recipe">The ranges.</param>
    /// <param name="part">List that the image belongs to.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="epoch">Number over all phases, from 0.</param>
    /// <param name="sample">Position of the image in its list.</param>
    internal static ImageChange Draw(AugmentationRecipe recipe, AugmentedPart part, long seed, long epoch, long sample)
    {
        double zoom = Between(Purpose.ZoomX, recipe.Zoom);
        double stretch = Math.Sqrt(recipe.Stretch.AtLogarithm(Uniform(Purpose.Stretch)));
        var change = new ImageChange
        {
            Flips =
                (
                    recipe.HorizontalFlip && Uniform(Purpose.HorizontalFlip) < 0.5
                        ? ImageFlips.Horizontal
                        : ImageFlips.None
                )
                | (recipe.VerticalFlip && Uniform(Purpose.VerticalFlip) < 0.5 ? ImageFlips.Vertical : ImageFlips.None),
            RotationDegrees = Around(Purpose.Rotation, recipe.RotationDegrees),
            WidthShift = Around(Purpose.WidthShift, recipe.WidthShift),
            HeightShift = Around(Purpose.HeightShift, recipe.HeightShift),
            ShearRadians = Around(Purpose.Shear, recipe.ShearRadians),
            ZoomX = zoom / stretch,
            ZoomY = (recipe.ZoomAxes == ZoomAxes.Both ? zoom : Between(Purpose.ZoomY, recipe.Zoom)) * stretch,
            RadialDistortion = Around(Purpose.RadialDistortion, recipe.RadialDistortion),
            Crop = recipe.RandomResizedCrop is CropRecipe crop
                ? Box.Draw(crop.Area, crop.Aspect, index => Nth(Purpose.Crop, index)) ?? Box.Whole
                : Box.Whole,
            Brightness = Between(Purpose.Brightness, recipe.Brightness),
            Contrast = Between(Purpose.Contrast, recipe.Contrast),
            Saturation = Between(Purpose.Saturation, recipe.Saturation),
            HueDegrees = Around(Purpose.Hue, recipe.HueDegrees),
            Erased =
                recipe.RandomErasing is ErasingRecipe erasing && Uniform(Purpose.IsErased) < erasing.Probability
                    ? Box.Draw(erasing.Area, erasing.Aspect, index => Nth(Purpose.Erased, index))
                    : null,
            ErasedValue = recipe.RandomErasing?.Value ?? 0,
        };
        return recipe.Auto == AutoPolicy.None
            ? change
            : TrivialAugment.Add(
                change,
                Uniform(Purpose.PolicyKind),
                Uniform(Purpose.PolicyStrength),
                Uniform(Purpose.PolicySign)
            );

        double Uniform(Purpose purpose) =>
            CounterRandom.Uniform(seed, (long)purpose + ((long)part * PartStride), epoch, sample);
        double Nth(Purpose purpose, int index) =>
            CounterRandom.Uniform(seed, (long)purpose + ((long)part * PartStride), epoch, sample, index);
        double Around(Purpose purpose, double limit) => limit * ((2 * Uniform(purpose)) - 1);
        double Between(Purpose purpose, FactorRange range) => range.At(Uniform(purpose));
    }
}
