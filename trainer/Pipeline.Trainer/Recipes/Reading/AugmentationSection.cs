using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace Pipeline.Trainer.Recipes.Reading;

/// <summary>The section <c>augmentation</c> of a phase.</summary>
internal static class AugmentationSection
{
    private const string FactorsFromZero = "[low, high] with 0 <= low <= high, such as [0.8, 1.2]";
    private const string PositiveRange = "[low, high] with 0 < low <= high, such as [0.75, 1.33]";
    private const string Shares = "[low, high], shares of the area with 0 < low <= high <= 1, such as [0.08, 1]";
    private const string Zoom =
        "a number from 0 to below 1, such as 0.2 for [0.8, 1.2], or [low, high] with 0 < low <= high";

    private static readonly NumberRange Pixel = NumberRange.Between(0, 255, "a pixel value from 0 to 255");
    private static readonly NumberRange HalfTurn = NumberRange.Between(
        0,
        180,
        "an angle from 0 to 180 degrees, which is drawn both ways"
    );

    /// <summary>A part of the image, enlarged; what is left out is torchvision's.</summary>
    internal static RecipeSection<CropRecipe> Crop { get; } =
        new(
            "random_resized_crop",
            [
                Range<CropRecipe>(
                        "area",
                        "Share of the image's area.",
                        Shares,
                        IsShare,
                        crop => crop.Area,
                        (crop, value) => crop with { Area = value }
                    )
                    .WithDefault("[0.08, 1]"),
                Range<CropRecipe>(
                        "aspect",
                        "Width to height of the part.",
                        PositiveRange,
                        IsPositive,
                        crop => crop.Aspect,
                        (crop, value) => crop with { Aspect = value }
                    )
                    .WithDefault("[0.75, 1.33]"),
            ]
        );

    /// <summary>A rectangle that is painted over.</summary>
    internal static RecipeSection<ErasingRecipe> Erasing { get; } =
        new(
            "random_erasing",
            [
                Keys<ErasingRecipe>
                    .Number(
                        "probability",
                        "Share of the images that it happens to.",
                        new NumberRange(
                            "a share of the images above 0 and up to 1",
                            value => value is > 0 and <= 1,
                            ("exclusiveMinimum", 0),
                            ("maximum", 1)
                        ),
                        erasing => erasing.Probability,
                        (erasing, value) => erasing with { Probability = value }
                    )
                    .WithDefault("0.5"),
                Range<ErasingRecipe>(
                        "area",
                        "Share of the image's area.",
                        Shares,
                        IsShare,
                        erasing => erasing.Area,
                        (erasing, value) => erasing with { Area = value }
                    )
                    .WithDefault("[0.02, 0.33]"),
                Range<ErasingRecipe>(
                        "aspect",
                        "Width to height of the rectangle.",
                        PositiveRange,
                        IsPositive,
                        erasing => erasing.Aspect,
                        (erasing, value) => erasing with { Aspect = value }
                    )
                    .WithDefault("[0.3, 3.3]"),
                Keys<ErasingRecipe>
                    .Number(
                        "value",
                        "What it is painted with, 0 to 255.",
                        Pixel,
                        erasing => erasing.Value,
                        (erasing, value) => erasing with { Value = value }
                    )
                    .WithDefault("127.5"),
            ]
        );

    /// <summary>
    /// All of it. What the first version of the format had is always spelled out, later keys when they do something.
    /// </summary>
    internal static RecipeSection<AugmentationRecipe> All { get; } =
        new(
            "augmentation",
            [
                Keys<AugmentationRecipe>.Flag(
                    "horizontal_flip",
                    "Mirrors half of the images.",
                    change => change.HorizontalFlip,
                    (change, value) => change with { HorizontalFlip = value }
                ),
                Keys<AugmentationRecipe>.Flag(
                    "vertical_flip",
                    "Turns half of the images upside down.",
                    change => change.VerticalFlip,
                    (change, value) => change with { VerticalFlip = value }
                ),
                Keys<AugmentationRecipe>.Number(
                    "rotation_degrees",
                    "Turns by up to so many degrees, both ways.",
                    HalfTurn,
                    change => change.RotationDegrees,
                    (change, value) => change with { RotationDegrees = value }
                ),
                Keys<AugmentationRecipe>.Number(
                    "width_shift",
                    "Shifts by up to that share of the width, both ways.",
                    NumberRange.Between(0, 1, "a share of the width from 0 to 1, which is drawn both ways"),
                    change => change.WidthShift,
                    (change, value) => change with { WidthShift = value }
                ),
                Keys<AugmentationRecipe>.Number(
                    "height_shift",
                    "Shifts by up to that share of the height, both ways.",
                    NumberRange.Between(0, 1, "a share of the height from 0 to 1, which is drawn both ways"),
                    change => change.HeightShift,
                    (change, value) => change with { HeightShift = value }
                ),
                Keys<AugmentationRecipe>.Number(
                    "shear_radians",
                    "Shears by up to that angle, both ways.",
                    NumberRange.Between(
                        0,
                        AugmentationRecipe.MaxShearRadians,
                        "an angle from 0 to 1.5 radians, such as 0.2 (11 degrees), which is drawn both ways"
                    ),
                    change => change.ShearRadians,
                    (change, value) => change with { ShearRadians = value }
                ),
                new RecipeKey<AugmentationRecipe>(
                    "zoom",
                    "The factor on what is seen: `0.2` or `[0.8, 1.2]`.",
                    Either(
                        RangeSchema(),
                        new JsonObject
                        {
                            ["type"] = "number",
                            ["minimum"] = 0,
                            ["exclusiveMaximum"] = 1,
                        }
                    ),
                    (section, change) => change with { Zoom = ReadZoom(section) },
                    change => Range(change.Zoom)
                ),
                Keys<AugmentationRecipe>
                    .Choice(
                        "zoom_axes",
                        "Whether each axis draws a zoom of its own.",
                        change => change.ZoomAxes,
                        (change, value) => change with { ZoomAxes = value }
                    )
                    .WithDefault("each")
                    .WrittenIf(change => change.ZoomAxes != ZoomAxes.Each),
                Range<AugmentationRecipe>(
                        "stretch",
                        "Wider and lower by a factor; the area stays.",
                        PositiveRange,
                        IsPositive,
                        change => change.Stretch,
                        (change, value) => change with { Stretch = value }
                    )
                    .WrittenIf(change => change.Stretch != FactorRange.One),
                Keys<AugmentationRecipe>
                    .Number(
                        "radial_distortion",
                        "A pixel comes from 1 + k r² times as far out, r = 1 at the corners; k is drawn both ways.",
                        NumberRange.Between(0, 0.3, "a coefficient from 0 to 0.3, which is drawn both ways"),
                        change => change.RadialDistortion,
                        (change, value) => change with { RadialDistortion = value }
                    )
                    .WrittenIf(change => change.RadialDistortion != 0),
                Keys<AugmentationRecipe>.Section(
                    "random_resized_crop",
                    "A part of the image, enlarged.",
                    Crop,
                    CropRecipe.Usual,
                    change => change.RandomResizedCrop,
                    (change, value) => change with { RandomResizedCrop = value }
                ),
                Range<AugmentationRecipe>(
                    "brightness",
                    "A factor on the image as bytes, cut at 255, fraction dropped: Keras's `brightness_range`.",
                    FactorsFromZero,
                    IsNotNegative,
                    change => change.Brightness,
                    (change, value) => change with { Brightness = value }
                ),
                Range<AugmentationRecipe>(
                        "contrast",
                        "A factor on the distance from the image's mean grey.",
                        FactorsFromZero,
                        IsNotNegative,
                        change => change.Contrast,
                        (change, value) => change with { Contrast = value }
                    )
                    .WrittenIf(change => change.Contrast != FactorRange.One),
                Range<AugmentationRecipe>(
                        "saturation",
                        "A factor on the distance from each pixel's grey.",
                        FactorsFromZero,
                        IsNotNegative,
                        change => change.Saturation,
                        (change, value) => change with { Saturation = value }
                    )
                    .WrittenIf(change => change.Saturation != FactorRange.One),
                Keys<AugmentationRecipe>
                    .Number(
                        "hue_degrees",
                        "Turns the colours by up to so many degrees, both ways.",
                        HalfTurn,
                        change => change.HueDegrees,
                        (change, value) => change with { HueDegrees = value }
                    )
                    .WrittenIf(change => change.HueDegrees != 0),
                Keys<AugmentationRecipe>.Section(
                    "random_erasing",
                    "A rectangle is painted over.",
                    Erasing,
                    ErasingRecipe.Usual,
                    change => change.RandomErasing,
                    (change, value) => change with { RandomErasing = value }
                ),
                Keys<AugmentationRecipe>
                    .Choice(
                        "auto",
                        "`trivial-augment`: one of 14 changes at one of 31 strengths per image (Müller and Hutter "
                            + "2021, "
                            + "arXiv:2103.10158), as torchvision's `TrivialAugmentWide`; "
                            + "the other keys go on beside it.",
                        change => change.Auto,
                        (change, value) => change with { Auto = value }
                    )
                    .WithDefault("none")
                    .WrittenIf(change => change.Auto != AutoPolicy.None),
                Keys<AugmentationRecipe>
                    .Choice(
                        "fill",
                        "What stands outside of a moved image.",
                        change => change.Fill,
                        (change, value) => change with { Fill = value }
                    )
                    .WithDefault("nearest"),
                Keys<AugmentationRecipe>
                    .Number(
                        "fill_value",
                        "The value of `fill: constant`, 0 to 255.",
                        Pixel,
                        change => change.FillValue,
                        (change, value) => change with { FillValue = value }
                    )
                    .WithDefault("0")
                    .WrittenIf(change => change.Fill == FillMode.Constant),
            ]
        );

    /// <summary>Reads and checks the section; without one, nothing is changed.</summary>
    internal static AugmentationRecipe Read(YamlSection? section)
    {
        if (section is null)
        {
            return new AugmentationRecipe();
        }

        AugmentationRecipe augmentation = All.Read(section, new AugmentationRecipe());
        if (augmentation.Fill != FillMode.Constant && section.Find("fill_value") is YamlNode unused)
        {
            throw section.At(unused, "'fill_value' has an effect with 'fill: constant' only. Add that, or remove it.");
        }

        return section.Has("zoom_axes") && !section.Has("zoom")
            ? throw section.At(section.Mapping, "'zoom_axes' has an effect with 'zoom' only. Add that, or remove it.")
            : augmentation;
    }

    private static bool IsNotNegative(FactorRange range) => range.Low >= 0;

    private static bool IsPositive(FactorRange range) => range.Low > 0;

    private static bool IsShare(FactorRange range) => range.Low > 0 && range.High <= 1;

    private static RecipeKey<T> Range<T>(
        string name,
        string doc,
        string expected,
        Func<FactorRange, bool> accepts,
        Func<T, FactorRange> get,
        Func<T, FactorRange, T> set
    ) =>
        new(
            name,
            doc,
            RangeSchema(),
            (section, value) => set(value, ReadRange(section, name, expected, accepts, get(value))),
            value => Range(get(value))
        );

    private static YamlSequenceNode Range(FactorRange range) =>
        RecipeNodes.Flow([RecipeNodes.Number(range.Low), RecipeNodes.Number(range.High)]);

    private static JsonObject RangeSchema() =>
        new()
        {
            ["type"] = "array",
            ["items"] = new JsonObject { ["type"] = "number" },
            ["minItems"] = 2,
            ["maxItems"] = 2,
        };

    private static JsonObject Either(params JsonNode[] schemas) => new() { ["anyOf"] = new JsonArray(schemas) };

    /// <summary>One number z stands for [1 - z, 1 + z], as in Keras.</summary>
    private static FactorRange ReadZoom(YamlSection section)
    {
        if (section.Find("zoom") is not YamlScalarNode)
        {
            return ReadRange(section, "zoom", Zoom, IsPositive, FactorRange.One);
        }

        double zoom = section.Number("zoom", null, Zoom, value => value is >= 0 and < 1);
        return new FactorRange(1 - zoom, 1 + zoom);
    }

    private static FactorRange ReadRange(
        YamlSection section,
        string key,
        string expected,
        Func<FactorRange, bool> accepts,
        FactorRange missing
    )
    {
        if (section.Find(key) is not YamlNode node)
        {
            return missing;
        }

        if (node is not YamlSequenceNode list)
        {
            throw section.WrongType(node, key, expected);
        }

        string[] texts = [.. list.Select(item => (item as YamlScalarNode)?.Value ?? "?")];
        return
            texts.Length == 2
            && YamlSection.TryNumber(texts[0], out double low)
            && YamlSection.TryNumber(texts[1], out double high)
            && low <= high
            && accepts(new FactorRange(low, high))
            ? new FactorRange(low, high)
            : throw section.At(
                node,
                $"'{key}' in {section.Name} is [{string.Join(", ", texts)}], expected {expected}."
            );
    }
}
