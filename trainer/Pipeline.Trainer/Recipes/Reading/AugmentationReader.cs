using YamlDotNet.RepresentationModel;

namespace Pipeline.Trainer.Recipes.Reading;

/// <summary>Reads <c>augmentation</c> of a phase.</summary>
internal static class AugmentationReader
{
    private const string FactorsFromZero = "[low, high] with 0 <= low <= high, such as [0.8, 1.2]";
    private const string PositiveRange = "[low, high] with 0 < low <= high, such as [0.75, 1.33]";
    private const string Shares = "[low, high], shares of the area with 0 < low <= high <= 1, such as [0.08, 1]";

    /// <summary>Reads and checks the section; without one, nothing is changed.</summary>
    internal static AugmentationRecipe Read(YamlSection? section)
    {
        if (section is null)
        {
            return new AugmentationRecipe();
        }

        var augmentation = new AugmentationRecipe
        {
            HorizontalFlip = section.Flag("horizontal_flip", missing: false),
            VerticalFlip = section.Flag("vertical_flip", missing: false),
            RotationDegrees = section.Number(
                "rotation_degrees",
                0,
                "an angle from 0 to 180 degrees, which is drawn both ways",
                value => value is >= 0 and <= 180
            ),
            WidthShift = section.Number(
                "width_shift",
                0,
                "a share of the width from 0 to 1, which is drawn both ways",
                value => value is >= 0 and <= 1
            ),
            HeightShift = section.Number(
                "height_shift",
                0,
                "a share of the height from 0 to 1, which is drawn both ways",
                value => value is >= 0 and <= 1
            ),
            ShearRadians = section.Number(
                "shear_radians",
                0,
                "an angle from 0 to 1.5 radians, such as 0.2 (11 degrees), which is drawn both ways",
                value => value is >= 0 and <= AugmentationRecipe.MaxShearRadians
            ),
            Zoom = ReadZoom(section),
            ZoomAxes = section.Choice<ZoomAxes>("zoom_axes", ZoomAxes.Each),
            Stretch = ReadRange(section, "stretch", PositiveRange, range => range.Low > 0),
            RadialDistortion = section.Number(
                "radial_distortion",
                0,
                "a coefficient from 0 to 0.3, which is drawn both ways",
                value => value is >= 0 and <= 0.3
            ),
            RandomResizedCrop = ReadCrop(section.SectionOrNull("random_resized_crop")),
            Brightness = ReadRange(section, "brightness", FactorsFromZero, range => range.Low >= 0),
            Contrast = ReadRange(section, "contrast", FactorsFromZero, range => range.Low >= 0),
            Saturation = ReadRange(section, "saturation", FactorsFromZero, range => range.Low >= 0),
            HueDegrees = section.Number(
                "hue_degrees",
                0,
                "an angle from 0 to 180 degrees, which is drawn both ways",
                value => value is >= 0 and <= 180
            ),
            RandomErasing = ReadErasing(section.SectionOrNull("random_erasing")),
            Auto = section.Choice<AutoPolicy>("auto", AutoPolicy.None),
            Fill = section.Choice<FillMode>("fill", FillMode.Nearest),
            FillValue = section.Number(
                "fill_value",
                0,
                "a pixel value from 0 to 255",
                value => value is >= 0 and <= 255
            ),
        };
        section.RequireNoMore();
        if (augmentation.Fill != FillMode.Constant && section.Find("fill_value") is YamlNode unused)
        {
            throw section.At(unused, "'fill_value' has an effect with 'fill: constant' only. Add that, or remove it.");
        }

        return section.Has("zoom_axes") && !section.Has("zoom")
            ? throw section.At(section.Mapping, "'zoom_axes' has an effect with 'zoom' only. Add that, or remove it.")
            : augmentation;
    }

    /// <summary>
    /// <c>random_resized_crop: { area: [0.08, 1], aspect: [0.75, 1.33] }</c>; what is left out is torchvision's.
    /// </summary>
    private static CropRecipe? ReadCrop(YamlSection? section)
    {
        if (section is null)
        {
            return null;
        }

        var crop = new CropRecipe(
            ReadShares(section, CropRecipe.Usual.Area),
            ReadRange(section, "aspect", PositiveRange, range => range.Low > 0, CropRecipe.Usual.Aspect)
        );
        section.RequireNoMore();
        return crop;
    }

    /// <summary>
    /// <c>random_erasing: { probability: 0.5, area: [0.02, 0.33], aspect: [0.3, 3.3], value: 127.5 }</c>.
    /// </summary>
    private static ErasingRecipe? ReadErasing(YamlSection? section)
    {
        if (section is null)
        {
            return null;
        }

        ErasingRecipe usual = ErasingRecipe.Usual;
        var erasing = new ErasingRecipe(
            section.Number(
                "probability",
                usual.Probability,
                "a share of the images above 0 and up to 1",
                value => value is > 0 and <= 1
            ),
            ReadShares(section, usual.Area),
            ReadRange(section, "aspect", PositiveRange, range => range.Low > 0, usual.Aspect),
            section.Number("value", usual.Value, "a pixel value from 0 to 255", value => value is >= 0 and <= 255)
        );
        section.RequireNoMore();
        return erasing;
    }

    private static FactorRange ReadShares(YamlSection section, FactorRange missing) =>
        ReadRange(section, "area", Shares, range => range.Low > 0 && range.High <= 1, missing);

    /// <summary>One number z stands for [1 - z, 1 + z], as in Keras.</summary>
    private static FactorRange ReadZoom(YamlSection section)
    {
        const string Expected =
            "a number from 0 to below 1, such as 0.2 for [0.8, 1.2], or [low, high] with 0 < low <= high";
        if (section.Find("zoom") is not YamlScalarNode)
        {
            return ReadRange(section, "zoom", Expected, range => range.Low > 0);
        }

        double zoom = section.Number("zoom", null, Expected, value => value is >= 0 and < 1);
        return new FactorRange(1 - zoom, 1 + zoom);
    }

    private static FactorRange ReadRange(
        YamlSection section,
        string key,
        string expected,
        Func<FactorRange, bool> accepts,
        FactorRange? missing = null
    )
    {
        if (section.Find(key) is not YamlNode node)
        {
            return missing ?? FactorRange.One;
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
