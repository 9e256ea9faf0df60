using System.Text.Json.Nodes;
using Pipeline.Core.Contracts;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Heads;
using Pipeline.Networks.Weights;
using YamlDotNet.RepresentationModel;

namespace Pipeline.Trainer.Recipes.Reading;

/// <summary>
/// One item of <c>models</c>, and the keys of a model that a recipe may give at the top for all of them.
/// </summary>
internal static class ModelSection
{
    private static readonly NumberRange Accuracy = new(
        "a share above 0 and at most 1, such as 0.95",
        value => value is > 0 and <= 1,
        ("exclusiveMinimum", 0),
        ("maximum", 1)
    );

    internal static RecipeSection<BackboneRecipe> Backbone { get; } =
        new(
            "backbone",
            [
                Key<BackboneRecipe>(
                    "name",
                    "One of the networks of the catalog.",
                    new JsonObject
                    {
                        ["enum"] = new JsonArray([.. NetworkCatalog.Names.Select(name => (JsonNode)name)]),
                    },
                    backbone => RecipeNodes.Text(backbone.Layers is null ? backbone.Name : null)
                ),
                Key<BackboneRecipe>(
                    "layers",
                    "A backbone of one's own: a list of layers in place of a name.",
                    LayerReader.ListSchema(),
                    backbone =>
                        backbone.Layers is null ? null : new YamlSequenceNode(backbone.Layers.Select(LayerReader.Write))
                ),
                Key<BackboneRecipe>(
                    "weights",
                    "Pretrained weights: a known name, the path of a file, or `run:<folder>` of an earlier run. "
                        + "Without, "
                        + "the network starts from random numbers.",
                    new JsonObject { ["type"] = "string" },
                    backbone => RecipeNodes.Text(backbone.Weights)
                ),
                Key<BackboneRecipe>(
                    "weights_sha256",
                    "The content of a weights file that is named by its path; resolved recipes have it.",
                    new JsonObject { ["type"] = "string" },
                    backbone => RecipeNodes.Text(backbone.WeightsSha256)
                ),
                Key<BackboneRecipe>(
                    "replace_head",
                    "Whether the weights' own classifier is left out.",
                    new JsonObject { ["type"] = "boolean" },
                    backbone => backbone.ReplaceHead is bool replace ? RecipeNodes.Flag(replace) : null
                ) with
                {
                    Default = "where it does not fit, of known weights",
                },
                Key<BackboneRecipe>(
                    "cut",
                    "Node or block where the backbone ends.",
                    new JsonObject { ["type"] = "string" },
                    backbone => RecipeNodes.Text(backbone.Cut)
                ) with
                {
                    Default = "its end",
                },
                Key<BackboneRecipe>(
                    "batch_norm",
                    "`re-estimate` measures the batch-norm statistics again on the training images.",
                    Keys<BackboneRecipe>.ChoiceSchema<BatchNormStart>(),
                    backbone => WireNames.ToKebab(backbone.BatchNorm)
                ) with
                {
                    Default = "keep",
                },
            ]
        );

    /// <summary>
    /// The keys in the order in which they are written; a model that starts from another has few of them.
    /// </summary>
    internal static RecipeSection<ModelRecipe> All { get; } =
        new(
            "models",
            [
                Key<ModelRecipe>(
                    "name",
                    "Its name in tables and folders: letters, digits, `-` and `_`.",
                    new JsonObject { ["type"] = "string" },
                    model => model.Name
                ) with
                {
                    IsRequired = true,
                },
                Key<ModelRecipe>(
                    "from",
                    "An earlier model of the recipe: this one has its network and starts from the weights that it "
                        + "ended "
                        + "with.",
                    new JsonObject { ["type"] = "string" },
                    model => RecipeNodes.Text(model.From)
                ),
                Own(
                    "preprocessing",
                    "From the file to the network's input. What is left out is what known weights were trained on.",
                    PreprocessingSection.All.ToSchema(),
                    model => PreprocessingSection.Write(model.Preprocessing)
                ),
                Own("backbone", "The feature extractor.", Backbone.ToSchema(), model => Backbone.Write(model.Backbone)),
                Own(
                    "head",
                    "The new classifier: a list of layers, or `pretrained`, the weights' own.",
                    new JsonObject
                    {
                        ["anyOf"] = new JsonArray(
                            new JsonObject { ["enum"] = new JsonArray("pretrained") },
                            LayerReader.ListSchema()
                        ),
                    },
                    model => LayerReader.WriteHead(model.Head)
                ) with
                {
                    Default = "[global_average_pool, { dense: classes }]",
                },
                Own(
                    "init",
                    "How kernels and matrices start that no weights are loaded into; biases start at 0.",
                    Keys<ModelRecipe>.ChoiceSchema<WeightInit>(),
                    model => WireNames.ToKebab(model.Init)
                ) with
                {
                    Default = "glorot-uniform",
                },
                Own(
                    "classes",
                    "With `head: pretrained`: for each class of the data the pretrained classes that mean it, "
                        + "`{ group: { cat: 281-285, dog: 151-268 } }`.",
                    new JsonObject { ["type"] = "object" },
                    model =>
                        model.ClassGroups.Count > 0
                            ? RecipeNodes.Map(
                                (
                                    "group",
                                    RecipeNodes.Map([
                                        .. model.ClassGroups.Select(group => (group.Key, (YamlNode?)group.Value.Text)),
                                    ])
                                )
                            )
                            : null
                ),
                Key<ModelRecipe>(
                    "precision",
                    "Number format of the phases that do not say it themselves.",
                    Keys<ModelRecipe>.ChoiceSchema<PrecisionMode>(),
                    _ => null
                ) with
                {
                    Default = "auto",
                },
                Key<ModelRecipe>(
                    "calibration",
                    "`temperature`: confidences are made honest on the validation images; `none` leaves them.",
                    Keys<ModelRecipe>.ChoiceSchema<ScoreCalibration>(),
                    model => WireNames.ToKebab(model.Calibration)
                ) with
                {
                    Default = "temperature",
                },
                Key<ModelRecipe>(
                    "reject",
                    "`{ accuracy: 0.95 }`: the lowest confidence from which on that share of the validation images is "
                        + "right goes into the model; below it an image gets no label.",
                    new JsonObject
                    {
                        ["type"] = "object",
                        ["properties"] = new JsonObject { ["accuracy"] = Accuracy.ToSchema() },
                    },
                    model =>
                        model.RejectAccuracy is double accuracy
                            ? RecipeNodes.Map(("accuracy", RecipeNodes.Number(accuracy)))
                            : null
                ),
                Key<ModelRecipe>(
                    "phases",
                    "Stretches of training, in order.",
                    new JsonObject
                    {
                        ["type"] = "array",
                        ["items"] = PhaseSection.All.ToSchema(),
                        ["minItems"] = 1,
                    },
                    model => new YamlSequenceNode(model.Phases.Select(PhaseSection.All.Write))
                ),
            ]
        );

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
            Preprocessing = start?.Preprocessing ?? PreprocessingSection.Read(section, backbone),
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
        double? accuracy = section?.Number("accuracy", null, Accuracy.Expected, Accuracy.Accepts);
        section?.RequireNoMore();
        return accuracy;
    }

    // Read by Read, all together: what a model may say depends on what it starts from
    private static RecipeKey<T> Key<T>(string name, string doc, JsonObject schema, Func<T, YamlNode?> write) =>
        new(name, doc, schema, (_, value) => value, write);

    /// <summary>A key that a model which starts from another has from there.</summary>
    private static RecipeKey<ModelRecipe> Own(
        string name,
        string doc,
        JsonObject schema,
        Func<ModelRecipe, YamlNode?> write
    ) => Key<ModelRecipe>(name, doc, schema, model => model.From is null ? write(model) : null);

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
                        ? PhaseSection.Read(new YamlSection(section.Origin, mapping, "the phase"), precision)
                        : throw section.WrongType(node, "phases", "a list of mappings")
                ),
            ];
    }
}
