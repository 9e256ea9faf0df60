using System.Globalization;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Heads;
using Pipeline.Networks.Weights;
using YamlDotNet.RepresentationModel;

namespace Pipeline.Trainer.Recipes.Reading;

/// <summary>Reads one item of <c>models</c>.</summary>
internal static class ModelReader
{
    internal static ModelRecipe Read(YamlSection section, IReadOnlyList<ModelRecipe> earlier)
    {
        string name = RecipeReader.RequireFileName(section, section.Text("name"));
        if (earlier.Any(model => model.Name == name))
        {
            throw section.At(section.Find("name") ?? section.Mapping, $"two models are named '{name}'. Rename one.");
        }

        string? from = section.TextOrNull("from");
        ModelRecipe? start = from is null
            ? null
            : earlier.FirstOrDefault(model => model.Name == from)
                ?? throw section.At(
                    section.Find("from") ?? section.Mapping,
                    $"model '{name}' starts from '{from}', which is no earlier model. Put '{from}' before it."
                );
        if (
            start is not null
            && (section.Has("backbone") || section.Has("head") || section.Has("init") || section.Has("preprocessing"))
        )
        {
            throw section.At(
                section.Mapping,
                $"model '{name}' starts from '{from}' and so has its backbone, head, init and preprocessing. "
                    + "Remove them here."
            );
        }

        BackboneRecipe backbone = start?.Backbone ?? ReadBackbone(section.Section("backbone"));
        IReadOnlyList<HeadLayer> head = start?.Head ?? ReadHead(section);
        var model = new ModelRecipe
        {
            Name = name,
            From = from,
            Preprocessing = start?.Preprocessing ?? ReadPreprocessing(section, backbone),
            Backbone = backbone,
            Head = head,
            Init = start?.Init ?? section.Choice<WeightInit>("init", WeightInit.GlorotUniform),
            ClassGroups = start?.ClassGroups ?? ReadGroups(section, head),
            Phases = ReadPhases(section),
            Calibration = section.Choice<ScoreCalibration>("calibration", ScoreCalibration.Temperature),
            RejectAccuracy = ReadReject(section.SectionOrNull("reject")),
        };
        section.RequireNoMore();
        if (model is { Head: [PretrainedLayer], Backbone.ReplaceHead: true })
        {
            throw section.At(
                section.Find("head") ?? section.Mapping,
                "'head: pretrained' keeps the weights' classifier, and 'replace_head: true' leaves it out. "
                    + "Remove one of them."
            );
        }

        NetworkCheck.Require(section, model);
        return model;
    }

    private static double? ReadReject(YamlSection? section)
    {
        double? accuracy = section?.Number(
            "accuracy",
            null,
            "a share above 0 and at most 1, such as 0.95",
            value => value is > 0 and <= 1
        );
        section?.RequireNoMore();
        return accuracy;
    }

    /// <summary>What the recipe says; what it leaves out is what its weights were trained on.</summary>
    private static Preprocessing ReadPreprocessing(YamlSection model, BackboneRecipe backbone)
    {
        Preprocessing? known = KnownPreprocessingAt(model.Section("backbone"), backbone);
        if (known is not null && !model.Has("preprocessing"))
        {
            return known;
        }

        YamlSection section = model.Section("preprocessing");
        ResizeKernel kernel = section.Choice("kernel", known?.Kernel);
        var preprocessing = new Preprocessing
        {
            Size = known is not null && !section.Has("size") ? known.Size : ReadSize(section),
            Resize = section.Choice("resize", known?.Resize),
            Kernel = kernel,
            Antialias = section.Flag("antialias", kernel != ResizeKernel.Nearest),
            Alpha = section.Choice<AlphaPolicy>("alpha", AlphaPolicy.OverWhite),
            ShrinkOnLoad = section.Choice<ShrinkOnLoad>("shrink_on_load", ShrinkOnLoad.Fine),
            ChannelOrder = section.Choice<ChannelOrder>(
                "channel_order",
                known is null || GivesRange(section) ? ChannelOrder.Rgb : known.ChannelOrder
            ),
            Scale = section.Number("scale", known?.Scale, "a positive number such as 1/255", value => value > 0),
            Mean = section.Triple("mean", known is null || GivesRange(section) ? [0, 0, 0] : known.Mean),
            Std = section.Triple("std", known is null || GivesRange(section) ? [1, 1, 1] : known.Std),
        };
        section.RequireNoMore();
        try
        {
            return preprocessing.Validate();
        }
        catch (ModelContractException error)
        {
            throw section.At(section.Mapping, error.Message);
        }
    }

    /// <summary>
    /// A recipe that gives the scale means its own range: the rest of the weights' would not go with it.
    /// </summary>
    private static bool GivesRange(YamlSection preprocessing) => preprocessing.Has("scale");

    private static Preprocessing? KnownPreprocessingAt(YamlSection section, BackboneRecipe backbone)
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

    private static BackboneRecipe ReadBackbone(YamlSection section)
    {
        IReadOnlyList<HeadLayer>? layers = section.Has("layers") ? LayerReader.ReadList(section, "layers") : null;
        string? weights = RunWeights.Pin(section.TextOrNull("weights"));
        var backbone = new BackboneRecipe
        {
            Name = layers is null ? section.Text("name") : LayerListNetwork.Name,
            Layers = layers,
            Weights = weights,
            WeightsSha256 = ReadContent(section, weights),
            ReplaceHead = section.Has("replace_head") ? section.Flag("replace_head", false) : null,
            Cut = section.TextOrNull("cut"),
            BatchNorm = section.Choice<BatchNormStart>("batch_norm", BatchNormStart.Keep),
        };
        section.RequireNoMore();
        return backbone;
    }

    /// <summary>
    /// The hash of weights that are named by a path; a resolved recipe has it, and means that file and no other.
    /// </summary>
    private static string? ReadContent(YamlSection section, string? weights)
    {
        string? expected = section.TextOrNull("weights_sha256");
        string? found = weights is null ? null : WeightsContent.Find(weights);
        return expected is null || found is null || found == expected
            ? found ?? expected
            : throw section.At(
                section.Find("weights_sha256") ?? section.Mapping,
                $"the weights '{weights}' are not those that the recipe means: their SHA-256 is {found}, "
                    + $"expected {expected}. Put the former file back, or remove 'weights_sha256'."
            );
    }

    private static IReadOnlyList<HeadLayer> ReadHead(YamlSection section) =>
        section.Find("head") switch
        {
            null => HeadBuilder.Default,
            YamlScalarNode { Value: "pretrained" } => [new PretrainedLayer(null)],
            _ => LayerReader.ReadList(section, "head"),
        };

    /// <summary><c>classes: { group: { cat: 281-285, dog: 151-268 } }</c>, for a pretrained head only.</summary>
    private static Dictionary<string, ClassGroup> ReadGroups(YamlSection section, IReadOnlyList<HeadLayer> head)
    {
        var groups = new Dictionary<string, ClassGroup>(StringComparer.Ordinal);
        if (section.SectionOrNull("classes") is not YamlSection classes)
        {
            return groups;
        }

        if (head is not [PretrainedLayer])
        {
            throw section.At(
                classes.Mapping,
                "'classes' groups the classes of a pretrained classifier, but the model has a new head. Remove it, "
                    + "or say 'head: pretrained'."
            );
        }

        YamlSection group = classes.Section("group");
        classes.RequireNoMore();
        foreach (YamlNode key in group.Mapping.Children.Keys)
        {
            string label = (key as YamlScalarNode)?.Value ?? string.Empty;
            groups.Add(label, LayerReader.At(section, key, () => new ClassGroup(group.Text(label))));
        }

        return groups;
    }

    private static IReadOnlyList<PhaseRecipe> ReadPhases(YamlSection section)
    {
        IReadOnlyList<YamlNode> nodes = section.List("phases");
        PrecisionMode precision = section.Choice<PrecisionMode>("precision", PrecisionMode.Auto);
        return nodes.Count == 0
            ? throw section.At(section.Mapping, "the model lacks 'phases'. Add a list with at least one phase.")
            :
            [
                .. nodes.Select(node =>
                    node is YamlMappingNode mapping
                        ? PhaseReader.Read(new YamlSection(section.Origin, mapping, "the phase"), precision)
                        : throw section.WrongType(node, "phases", "a list of mappings")
                ),
            ];
    }
}
