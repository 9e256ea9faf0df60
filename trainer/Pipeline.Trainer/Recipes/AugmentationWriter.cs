using Pipeline.Core.Contracts;
using YamlDotNet.RepresentationModel;

namespace Pipeline.Trainer.Recipes;

/// <summary>Writes <c>augmentation</c> of a phase, every value spelled out.</summary>
internal static class AugmentationWriter
{
    internal static YamlMappingNode Write(AugmentationRecipe value) => RecipeWriter.Map(
        ("horizontal_flip", RecipeWriter.Flag(value.HorizontalFlip)),
        ("vertical_flip", RecipeWriter.Flag(value.VerticalFlip)),
        ("rotation_degrees", RecipeWriter.Number(value.RotationDegrees)),
        ("width_shift", RecipeWriter.Number(value.WidthShift)),
        ("height_shift", RecipeWriter.Number(value.HeightShift)),
        ("shear_radians", RecipeWriter.Number(value.ShearRadians)),
        ("zoom", Range(value.Zoom)),
        ("brightness", Range(value.Brightness)),
        ("fill", WireNames.ToKebab(value.Fill)),
        ("fill_value", value.Fill == FillMode.Constant ? RecipeWriter.Number(value.FillValue) : null));

    private static YamlSequenceNode Range(FactorRange range) => RecipeWriter.Flow([RecipeWriter.Number(range.Low), RecipeWriter.Number(range.High)]);
}
