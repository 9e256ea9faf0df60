using Pipeline.Core.Contracts;
using YamlDotNet.RepresentationModel;

namespace Pipeline.Trainer.Recipes.Reading;

/// <summary>
/// Writes <c>augmentation</c> of a phase. What the first version of the format had is always spelled out, later keys
/// when they do something: the hash of older recipes stays.
/// </summary>
internal static class AugmentationWriter
{
    internal static YamlMappingNode Write(AugmentationRecipe value) =>
        RecipeWriter.Map(
            ("horizontal_flip", RecipeWriter.Flag(value.HorizontalFlip)),
            ("vertical_flip", RecipeWriter.Flag(value.VerticalFlip)),
            ("rotation_degrees", RecipeWriter.Number(value.RotationDegrees)),
            ("width_shift", RecipeWriter.Number(value.WidthShift)),
            ("height_shift", RecipeWriter.Number(value.HeightShift)),
            ("shear_radians", RecipeWriter.Number(value.ShearRadians)),
            ("zoom", Range(value.Zoom)),
            (
                "zoom_axes",
                value.ZoomAxes == ZoomAxes.Each ? null : new YamlScalarNode(WireNames.ToKebab(value.ZoomAxes))
            ),
            ("stretch", RangeUnlessOne(value.Stretch)),
            ("radial_distortion", value.RadialDistortion == 0 ? null : RecipeWriter.Number(value.RadialDistortion)),
            (
                "random_resized_crop",
                value.RandomResizedCrop is CropRecipe crop
                    ? RecipeWriter.Map(("area", Range(crop.Area)), ("aspect", Range(crop.Aspect)))
                    : null
            ),
            ("brightness", Range(value.Brightness)),
            ("contrast", RangeUnlessOne(value.Contrast)),
            ("saturation", RangeUnlessOne(value.Saturation)),
            ("hue_degrees", value.HueDegrees == 0 ? null : RecipeWriter.Number(value.HueDegrees)),
            ("random_erasing", value.RandomErasing is ErasingRecipe erasing ? Erasing(erasing) : null),
            ("auto", value.Auto == AutoPolicy.None ? null : new YamlScalarNode(WireNames.ToKebab(value.Auto))),
            ("fill", WireNames.ToKebab(value.Fill)),
            ("fill_value", value.Fill == FillMode.Constant ? RecipeWriter.Number(value.FillValue) : null)
        );

    private static YamlMappingNode Erasing(ErasingRecipe value) =>
        RecipeWriter.Map(
            ("probability", RecipeWriter.Number(value.Probability)),
            ("area", Range(value.Area)),
            ("aspect", Range(value.Aspect)),
            ("value", RecipeWriter.Number(value.Value))
        );

    private static YamlSequenceNode? RangeUnlessOne(FactorRange range) =>
        range == FactorRange.One ? null : Range(range);

    private static YamlSequenceNode Range(FactorRange range) =>
        RecipeWriter.Flow([RecipeWriter.Number(range.Low), RecipeWriter.Number(range.High)]);
}
