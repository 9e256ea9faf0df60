using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace Pipeline.Trainer.Recipes.Reading;

/// <summary>What a phase says of its loss, its gradients, its mixtures, its rates by block and when it stops.</summary>
internal static class LearningSections
{
    private static readonly NumberRange Alpha = NumberRange.AtLeastZero with
    {
        Expected = "a number of at least 0 such as 0.2",
    };

    internal static RecipeSection<LossRecipe> Loss { get; } =
        new(
            "loss",
            [
                Keys<LossRecipe>
                    .Choice(
                        "class_weights",
                        "`balanced`: each class counts the same, whatever its number of images.",
                        loss => loss.ClassWeights,
                        (loss, value) => loss with { ClassWeights = value }
                    )
                    .WithDefault("none"),
                Keys<LossRecipe>
                    .Number(
                        "label_smoothing",
                        "Share of the target spread over all classes.",
                        NumberRange.Share,
                        loss => loss.LabelSmoothing,
                        (loss, value) => loss with { LabelSmoothing = value }
                    )
                    .WithDefault("0"),
            ]
        );

    internal static RecipeSection<GradientRecipe> Gradients { get; } =
        new(
            "gradients",
            [
                Keys<GradientRecipe>.NumberOrNone(
                    "clip_norm",
                    "Gradients longer than this are shortened to it.",
                    NumberRange.Positive("a positive number"),
                    gradients => gradients.ClipNorm,
                    (gradients, value) => gradients with { ClipNorm = value }
                ),
                Keys<GradientRecipe>
                    .Integer(
                        "accumulate",
                        "Batches whose gradients are added up before a step.",
                        1,
                        gradients => gradients.Accumulate,
                        (gradients, value) => gradients with { Accumulate = value }
                    )
                    .WithDefault("1"),
            ]
        );

    internal static RecipeSection<MixRecipe> Mix { get; } =
        new(
            "mix",
            [
                Keys<MixRecipe>
                    .Number(
                        "mixup",
                        "Alpha of the Beta distribution by which two images are blended.",
                        Alpha,
                        mix => mix.Mixup,
                        (mix, value) => mix with { Mixup = value }
                    )
                    .WithDefault("0"),
                Keys<MixRecipe>
                    .Number(
                        "cutmix",
                        "Alpha of the Beta distribution by which a rectangle of another image is pasted in.",
                        Alpha,
                        mix => mix.Cutmix,
                        (mix, value) => mix with { Cutmix = value }
                    )
                    .WithDefault("0"),
            ]
        );

    internal static RecipeSection<BlockRates> BlockRates { get; } =
        new(
            "block_rates",
            [
                Keys<BlockRates>
                    .Number(
                        "decay",
                        "Each block learns at so many times the rate of the block behind it.",
                        new NumberRange(
                            "a number above 0 and up to 1",
                            value => value is > 0 and <= 1,
                            ("exclusiveMinimum", 0),
                            ("maximum", 1)
                        ),
                        rates => rates.Decay,
                        (rates, value) => rates with { Decay = value }
                    )
                    .WithDefault("1"),
                new RecipeKey<BlockRates>(
                    "factors",
                    "Factors on the rate of single blocks or layers, by name: `{ block4: 0.1 }`.",
                    new JsonObject
                    {
                        ["type"] = "object",
                        ["additionalProperties"] = NumberRange.AtLeastZero.ToSchema(),
                    },
                    (section, rates) => rates with { Factors = ReadFactors(section) },
                    rates =>
                        rates.Factors.Count == 0
                            ? null
                            : RecipeNodes.Map([
                                .. rates.Factors.Select(factor =>
                                    (factor.Key, (YamlNode?)RecipeNodes.Number(factor.Value))
                                ),
                            ])
                ),
            ]
        );

    internal static RecipeSection<EarlyStoppingRecipe> EarlyStopping { get; } =
        new(
            "early_stopping",
            [
                Keys<EarlyStoppingRecipe>
                    .Choice(
                        "monitor",
                        "The metric that must improve.",
                        stopping => stopping.Monitor,
                        (stopping, value) => stopping with { Monitor = value }
                    )
                    .WithDefault("val_loss"),
                Keys<EarlyStoppingRecipe>
                    .Integer(
                        "patience",
                        "Epochs without an improvement after which the phase ends.",
                        1,
                        stopping => stopping.Patience,
                        (stopping, value) => stopping with { Patience = value }
                    )
                    .Required(),
                Keys<EarlyStoppingRecipe>
                    .Number(
                        "min_delta",
                        "What counts as an improvement.",
                        NumberRange.AtLeastZero,
                        stopping => stopping.MinDelta,
                        (stopping, value) => stopping with { MinDelta = value }
                    )
                    .WithDefault("0"),
            ]
        );

    private static List<KeyValuePair<string, double>> ReadFactors(YamlSection section)
    {
        var factors = new List<KeyValuePair<string, double>>();
        if (section.SectionOrNull("factors") is YamlSection named)
        {
            foreach (
                string name in named.Mapping.Children.Keys.Select(key => (key as YamlScalarNode)?.Value ?? string.Empty)
            )
            {
                factors.Add(new(name, named.Number(name, null, "a number of at least 0", value => value >= 0)));
            }
        }

        return factors;
    }
}
