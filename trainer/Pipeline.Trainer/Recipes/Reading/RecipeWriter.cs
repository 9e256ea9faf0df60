using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Pipeline.Core.Contracts;
using Pipeline.Networks.Heads;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Pipeline.Trainer.Recipes.Reading;

/// <summary>Writes a resolved recipe: every value spelled out, so that the file alone reproduces the run.</summary>
public static partial class RecipeWriter
{
    /// <summary>Writes YAML that <see cref="RecipeReader"/> reads back to an equal recipe.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <returns>YAML text, invariant, keys in a fixed order.</returns>
    public static string Write(Recipe recipe)
    {
        YamlMappingNode root = Map(
            ("name", recipe.Name),
            ("seed", Number(recipe.Seed)),
            ("threads", Number(recipe.Threads)),
            ("data", Data(recipe.Data)),
            ("models", new YamlSequenceNode(recipe.Models.Select(Model))),
            ("publish", recipe.Publish),
            ("export", ExportReader.Write(recipe.Export)),
            ("quantization", recipe.Quantization is null ? null : QuantizationWriter.Write(recipe.Quantization))
        );
        var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        new YamlStream(new YamlDocument(root)).Save(text, assignAnchors: false);
        return text.ToString().Replace("\r\n", "\n", StringComparison.Ordinal);
    }

    /// <summary>Names a resolved recipe by its content.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <returns>Hex SHA-256 of the YAML.</returns>
    public static string Hash(Recipe recipe) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Write(recipe))));

    private static YamlMappingNode Data(DataRecipe data) =>
        Map(
            ("source", YamlSection.Spell(data.Source)),
            ("folder", Text(data.Folder)),
            (
                "parts",
                data.Source is DataSource.Folder or DataSource.Application
                    ? Map(("train", data.Parts.Train), ("validation", data.Parts.Validation), ("test", data.Parts.Test))
                    : null
            ),
            ("labels", Text(data.Source == DataSource.Folder ? WireNames.ToKebab(data.Labels) : null)),
            (
                "classes",
                data.FirstClasses is int first ? Map(("first", Number(first)))
                : data.Classes.Count == 0 ? null
                : Flow(data.Classes.Select(name => (YamlNode)name))
            ),
            ("split", data.Split is null ? null : Split(data.Split))
        );

    private static YamlMappingNode Split(SplitRecipe split) =>
        Map(
            ("train", split.Train is PartSize train ? Number(train.Value) : null),
            ("validation", split.Validation is PartSize validation ? Number(validation.Value) : null),
            ("test", split.Test is PartSize test ? Number(test.Value) : null),
            ("method", WireNames.ToKebab(split.Method))
        );

    private static YamlMappingNode Model(ModelRecipe model) =>
        Map(
            ("name", model.Name),
            ("from", Text(model.From)),
            ("preprocessing", model.From is null ? Preprocessing(model.Preprocessing) : null),
            ("backbone", model.From is null ? Backbone(model.Backbone) : null),
            ("head", model.From is null ? Head(model.Head) : null),
            ("init", Text(model.From is null ? WireNames.ToKebab(model.Init) : null)),
            (
                "classes",
                model.From is null && model.ClassGroups.Count > 0 ? Map(("group", Groups(model.ClassGroups))) : null
            ),
            ("calibration", WireNames.ToKebab(model.Calibration)),
            ("reject", model.RejectAccuracy is double accuracy ? Map(("accuracy", Number(accuracy))) : null),
            ("phases", new YamlSequenceNode(model.Phases.Select(Phase)))
        );

    private static YamlMappingNode Preprocessing(Preprocessing value) =>
        Map(
            ("size", Flow([Number(value.Size.Height), Number(value.Size.Width)])),
            ("resize", WireNames.ToKebab(value.Resize)),
            ("kernel", WireNames.ToKebab(value.Kernel)),
            ("antialias", Flag(value.Antialias)),
            ("alpha", WireNames.ToKebab(value.Alpha)),
            (
                "shrink_on_load",
                value.ShrinkOnLoad == ShrinkOnLoad.Fine ? null : Text(WireNames.ToKebab(value.ShrinkOnLoad))
            ),
            ("channel_order", WireNames.ToKebab(value.ChannelOrder)),
            ("scale", Number(value.Scale)),
            ("mean", Flow(value.Mean.Select(Number))),
            ("std", Flow(value.Std.Select(Number)))
        );

    private static YamlMappingNode Backbone(BackboneRecipe backbone) =>
        Map(
            ("name", Text(backbone.Layers is null ? backbone.Name : null)),
            ("layers", backbone.Layers is null ? null : new YamlSequenceNode(backbone.Layers.Select(Layer))),
            ("weights", Text(backbone.Weights)),
            ("weights_sha256", Text(backbone.WeightsSha256)),
            ("replace_head", backbone.ReplaceHead is bool replace ? Flag(replace) : null),
            ("cut", Text(backbone.Cut)),
            ("batch_norm", WireNames.ToKebab(backbone.BatchNorm))
        );

    private static YamlNode Head(IReadOnlyList<HeadLayer> head) =>
        head is [PretrainedLayer layer] ? HeadNotation.Write(layer) : new YamlSequenceNode(head.Select(Layer));

    private static YamlMappingNode Groups(IReadOnlyDictionary<string, ClassGroup> groups) =>
        Map([.. groups.Select(group => (group.Key, (YamlNode?)group.Value.Text))]);

    private static YamlNode Layer(HeadLayer layer)
    {
        string[][] pairs = [.. HeadNotation.Write(layer).Split(", ").Select(pair => pair.Split(": "))];
        return pairs[0].Length == 1 ? pairs[0][0] : Map([.. pairs.Select(pair => (pair[0], (YamlNode?)pair[1]))]);
    }

    private static YamlMappingNode Phase(PhaseRecipe phase) =>
        Map(
            ("train", Trainable(phase.Train)),
            ("optimizer", phase.Train.Kind == TrainableKind.None ? null : Optimizer(phase.Optimizer)),
            ("block_rates", BlockRates(phase.BlockRates)),
            ("loss", Loss(phase.Loss)),
            ("gradients", Gradients(phase.Gradients)),
            (
                "mix",
                phase.Mix.IsAny ? Map(("mixup", Number(phase.Mix.Mixup)), ("cutmix", Number(phase.Mix.Cutmix))) : null
            ),
            ("ema", phase.Ema > 0 ? Number(phase.Ema) : null),
            ("schedule", Schedule(phase.Schedule)),
            ("precision", WireNames.ToKebab(phase.Precision)),
            ("epochs", Number(phase.Epochs)),
            ("batch_size", Number(phase.BatchSize)),
            ("drop_last", phase.DropLast ? Flag(true) : null),
            ("steps_per_epoch", phase.StepsPerEpoch is int steps ? Number(steps) : null),
            ("validation_steps", phase.ValidationSteps is int validationSteps ? Number(validationSteps) : null),
            ("batch_norm", WireNames.ToKebab(phase.BatchNorm)),
            (
                "early_stopping",
                phase.EarlyStopping is null
                    ? null
                    : Map(
                        ("monitor", YamlSection.Spell(phase.EarlyStopping.Monitor)),
                        ("patience", Number(phase.EarlyStopping.Patience)),
                        ("min_delta", Number(phase.EarlyStopping.MinDelta))
                    )
            ),
            ("time_budget_minutes", phase.TimeBudgetMinutes is double minutes ? Number(minutes) : null),
            ("keep", phase.Keep == KeptEpoch.Best ? null : Text(WireNames.ToKebab(phase.Keep))),
            ("best", phase.Keep == KeptEpoch.Best ? Text(YamlSection.Spell(phase.Best)) : null),
            ("augmentation", AugmentationWriter.Write(phase.Augmentation)),
            ("augment_validation", Flag(phase.AugmentValidation))
        );

    private static YamlNode Trainable(TrainableSet set) =>
        set.Kind switch
        {
            TrainableKind.From => Map(("from", Text(set.Block))),
            TrainableKind.Last => Map(("last", Number(set.Count))),
            TrainableKind.Layers => Map(("layers", Flow(set.Layers.Select(name => (YamlNode)name)))),
            _ => WireNames.ToKebab(set.Kind),
        };

    internal static YamlMappingNode Map(params ReadOnlySpan<(string Key, YamlNode? Value)> entries)
    {
        var map = new YamlMappingNode();
        foreach ((string key, YamlNode? value) in entries)
        {
            if (value is not null)
            {
                map.Add(key, value);
            }
        }

        return map;
    }

    internal static YamlSequenceNode Flow(IEnumerable<YamlNode> items) => new(items) { Style = SequenceStyle.Flow };

    private static YamlScalarNode? Text(string? value) => value is null ? null : new YamlScalarNode(value);

    private static YamlScalarNode Number(int value) => new(value.ToString(CultureInfo.InvariantCulture));

    internal static YamlScalarNode Number(double value) => new(value.ToString("R", CultureInfo.InvariantCulture));

    internal static YamlScalarNode Flag(bool value) => new(value ? "true" : "false");
}
