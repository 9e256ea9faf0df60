using YamlDotNet.RepresentationModel;

namespace Pipeline.Trainer.Recipes;

/// <summary>Reads <c>augmentation</c> of a phase.</summary>
internal static class AugmentationReader
{
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
            RotationDegrees = section.Number("rotation_degrees", 0, "an angle from 0 to 180 degrees, which is drawn both ways", value => value is >= 0 and <= 180),
            WidthShift = section.Number("width_shift", 0, "a share of the width from 0 to 1, which is drawn both ways", value => value is >= 0 and <= 1),
            HeightShift = section.Number("height_shift", 0, "a share of the height from 0 to 1, which is drawn both ways", value => value is >= 0 and <= 1),
            ShearRadians = section.Number("shear_radians", 0, "an angle from 0 to 1.5 radians, such as 0.2 (11 degrees), which is drawn both ways", value => value is >= 0 and <= AugmentationRecipe.MaxShearRadians),
            Zoom = ReadZoom(section),
            Brightness = ReadRange(section, "brightness", "[low, high] with 0 <= low <= high, such as [0.8, 1.2]", range => range.Low >= 0),
            Fill = section.Choice<FillMode>("fill", FillMode.Nearest),
            FillValue = section.Number("fill_value", 0, "a pixel value from 0 to 255", value => value is >= 0 and <= 255),
        };
        section.RequireNoMore();
        if (augmentation.Fill != FillMode.Constant && section.Find("fill_value") is YamlNode unused)
        {
            throw section.At(unused, "'fill_value' has an effect with 'fill: constant' only. Add that, or remove it.");
        }

        return augmentation;
    }

    /// <summary>One number z stands for [1 - z, 1 + z], as in Keras.</summary>
    private static FactorRange ReadZoom(YamlSection section)
    {
        const string Expected = "a number from 0 to below 1, such as 0.2 for [0.8, 1.2], or [low, high] with 0 < low <= high";
        if (section.Find("zoom") is not YamlScalarNode)
        {
            return ReadRange(section, "zoom", Expected, range => range.Low > 0);
        }

        double zoom = section.Number("zoom", null, Expected, value => value is >= 0 and < 1);
        return new FactorRange(1 - zoom, 1 + zoom);
    }

    private static FactorRange ReadRange(YamlSection section, string key, string expected, Func<FactorRange, bool> accepts)
    {
        if (section.Find(key) is not YamlNode node)
        {
            return FactorRange.One;
        }

        if (node is not YamlSequenceNode list)
        {
            throw section.WrongType(node, key, expected);
        }

        string[] texts = [.. list.Select(item => (item as YamlScalarNode)?.Value ?? "?")];
        return texts.Length == 2 && YamlSection.TryNumber(texts[0], out double low) && YamlSection.TryNumber(texts[1], out double high) && low <= high && accepts(new FactorRange(low, high))
            ? new FactorRange(low, high)
            : throw section.At(node, $"'{key}' in 'augmentation' is [{string.Join(", ", texts)}], expected {expected}.");
    }
}
