using System.Globalization;
using System.Text.Json.Nodes;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Networks.Catalog;
using YamlDotNet.RepresentationModel;

namespace Pipeline.Trainer.Recipes.Reading;

/// <summary>A preprocessing while it is read.</summary>
/// <param name="Known">That of the pretrained weights, for keys that are missing; <c>null</c> without.</param>
/// <param name="Value">What was read so far.</param>
internal sealed record PreprocessingDraft(Preprocessing? Known, Preprocessing Value);

/// <summary>The section <c>preprocessing</c> of a model.</summary>
internal static class PreprocessingSection
{
    private static readonly Preprocessing Empty = new()
    {
        Size = new ImageSize(1, 1),
        Resize = ResizeMode.Squash,
        Kernel = ResizeKernel.Bicubic,
        Antialias = true,
        Scale = 1,
        Mean = [0, 0, 0],
        Std = [1, 1, 1],
    };

    private static readonly NumberRange Scale = NumberRange.Positive("a positive number such as 1/255");

    internal static RecipeSection<PreprocessingDraft> All { get; } =
        new(
            "preprocessing",
            [
                Key(
                    "size",
                    "Side of the network's input in pixels, or `[height, width]`.",
                    new JsonObject { ["anyOf"] = new JsonArray(Side(), Sides()) },
                    (section, draft) =>
                        draft.Value with
                        {
                            Size = draft.Known is { } known && !section.Has("size") ? known.Size : ReadSize(section),
                        },
                    value =>
                        RecipeNodes.Flow([RecipeNodes.Number(value.Size.Height), RecipeNodes.Number(value.Size.Width)])
                ),
                Key(
                    "resize",
                    "`squash` to the size, `fit-crop` the middle, `fit-pad` with bars.",
                    Keys<Preprocessing>.ChoiceSchema<ResizeMode>(),
                    (section, draft) => draft.Value with { Resize = section.Choice("resize", draft.Known?.Resize) },
                    value => WireNames.ToKebab(value.Resize)
                ),
                Key(
                    "kernel",
                    "How pixels are averaged.",
                    Keys<Preprocessing>.ChoiceSchema<ResizeKernel>(),
                    (section, draft) => draft.Value with { Kernel = section.Choice("kernel", draft.Known?.Kernel) },
                    value => WireNames.ToKebab(value.Kernel)
                ),
                Key(
                    "antialias",
                    "Whether the kernel is widened when an image shrinks.",
                    new JsonObject { ["type"] = "boolean" },
                    (section, draft) =>
                        draft.Value with
                        {
                            Antialias = section.Flag("antialias", draft.Value.Kernel != ResizeKernel.Nearest),
                        },
                    value => RecipeNodes.Flag(value.Antialias)
                ) with
                {
                    Default = "true; false for nearest",
                },
                Key(
                    "alpha",
                    "What shows through transparent pixels.",
                    Keys<Preprocessing>.ChoiceSchema<AlphaPolicy>(),
                    (section, draft) =>
                        draft.Value with
                        {
                            Alpha = section.Choice<AlphaPolicy>("alpha", AlphaPolicy.OverWhite),
                        },
                    value => WireNames.ToKebab(value.Alpha)
                ) with
                {
                    Default = "over-white",
                },
                Key(
                    "shrink_on_load",
                    "How far a JPEG may be shrunk while it is decoded: `fine` to at least twice the size, `fast` to at "
                        + "least the size, which decodes large photographs in about half the time.",
                    Keys<Preprocessing>.ChoiceSchema<ShrinkOnLoad>(),
                    (section, draft) =>
                        draft.Value with
                        {
                            ShrinkOnLoad = section.Choice<ShrinkOnLoad>("shrink_on_load", ShrinkOnLoad.Fine),
                        },
                    value =>
                        value.ShrinkOnLoad == ShrinkOnLoad.Fine
                            ? null
                            : RecipeNodes.Text(WireNames.ToKebab(value.ShrinkOnLoad))
                ) with
                {
                    Default = "fine",
                },
                Key(
                    "channel_order",
                    "Order of the colours that the network sees.",
                    Keys<Preprocessing>.ChoiceSchema<ChannelOrder>(),
                    (section, draft) =>
                        draft.Value with
                        {
                            ChannelOrder = section.Choice<ChannelOrder>(
                                "channel_order",
                                KnownRange(section, draft)?.ChannelOrder ?? ChannelOrder.Rgb
                            ),
                        },
                    value => WireNames.ToKebab(value.ChannelOrder)
                ) with
                {
                    Default = "rgb",
                },
                Key(
                    "scale",
                    "The network sees (pixel x scale - mean) / std.",
                    Scale.ToSchema(),
                    (section, draft) =>
                        draft.Value with
                        {
                            Scale = section.Number("scale", draft.Known?.Scale, Scale.Expected, Scale.Accepts),
                        },
                    value => RecipeNodes.Number(value.Scale)
                ),
                Key(
                    "mean",
                    "A number per channel.",
                    Triple(),
                    (section, draft) =>
                        draft.Value with
                        {
                            Mean = section.Triple("mean", KnownRange(section, draft)?.Mean ?? [0, 0, 0]),
                        },
                    value => RecipeNodes.Flow(value.Mean.Select(RecipeNodes.Number))
                ) with
                {
                    Default = "[0, 0, 0]",
                },
                Key(
                    "std",
                    "A number per channel.",
                    Triple(),
                    (section, draft) =>
                        draft.Value with
                        {
                            Std = section.Triple("std", KnownRange(section, draft)?.Std ?? [1, 1, 1]),
                        },
                    value => RecipeNodes.Flow(value.Std.Select(RecipeNodes.Number))
                ) with
                {
                    Default = "[1, 1, 1]",
                },
            ]
        );

    /// <summary>What the recipe says; what it leaves out is what its weights were trained on.</summary>
    internal static Preprocessing Read(YamlSection model, BackboneRecipe backbone)
    {
        Preprocessing? known = KnownAt(model.Section("backbone"), backbone);
        if (known is not null && !model.Has("preprocessing"))
        {
            return known;
        }

        YamlSection section = model.Section("preprocessing");
        Preprocessing read = All.Read(section, new PreprocessingDraft(known, Empty)).Value;
        try
        {
            return read.Validate();
        }
        catch (ModelContractException error)
        {
            throw section.At(section.Mapping, error.Message);
        }
    }

    /// <summary>Writes a preprocessing.</summary>
    internal static YamlMappingNode Write(Preprocessing value) => All.Write(new PreprocessingDraft(null, value));

    private static RecipeKey<PreprocessingDraft> Key(
        string name,
        string doc,
        JsonObject schema,
        Func<YamlSection, PreprocessingDraft, Preprocessing> read,
        Func<Preprocessing, YamlNode?> write
    ) =>
        new(
            name,
            doc,
            schema,
            (section, draft) => draft with { Value = read(section, draft) },
            draft => write(draft.Value)
        );

    /// <summary>
    /// A recipe that gives the scale means its own range: the rest of the weights' would not go with it.
    /// </summary>
    private static Preprocessing? KnownRange(YamlSection section, PreprocessingDraft draft) =>
        section.Has("scale") ? null : draft.Known;

    private static Preprocessing? KnownAt(YamlSection section, BackboneRecipe backbone)
    {
        try
        {
            return NetworkCatalog.Names.Contains(backbone.Name) ? KnownPreprocessing.Find(backbone) : null;
        }
        catch (Exception error) when (error is RecipeException or WeightsException or ModelContractException)
        {
            throw section.At(section.Find("weights") ?? section.Mapping, error.Message);
        }
    }

    private static JsonObject Side() =>
        new()
        {
            ["type"] = "integer",
            ["minimum"] = 1,
            ["maximum"] = 8192,
        };

    private static JsonObject Sides() =>
        new()
        {
            ["type"] = "array",
            ["items"] = Side(),
            ["minItems"] = 2,
            ["maxItems"] = 2,
        };

    private static JsonObject Triple() =>
        new()
        {
            ["type"] = "array",
            ["items"] = new JsonObject { ["type"] = new JsonArray("number", "string") },
            ["minItems"] = 3,
            ["maxItems"] = 3,
        };

    /// <summary>One number for a square, or <c>[height, width]</c> as torchvision has it.</summary>
    private static ImageSize ReadSize(YamlSection section)
    {
        if (section.Find("size") is not YamlSequenceNode list)
        {
            int side = section.Integer("size", null, 1, 8192);
            return new ImageSize(side, side);
        }

        int[] sides =
        [
            .. list.Select(item =>
                item is YamlScalarNode { Value: string text }
                && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int side)
                && side is >= 1 and <= 8192
                    ? side
                    : throw section.WrongType(item, "size", "a side of 1 to 8192 pixels")
            ),
        ];
        return sides.Length == 2
            ? new ImageSize(sides[1], sides[0])
            : throw section.WrongType(list, "size", "one number or [height, width]");
    }
}
