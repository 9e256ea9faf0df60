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

/// <summary>The section <c>optimizer</c> of a phase. Only the settings that its kind has are written.</summary>
internal static class OptimizerSection
{
    private const double UsualLearningRate = 1e-3;

    internal static RecipeSection<OptimizerRecipe> All { get; } =
        new(
            "optimizer",
            [
                Keys<OptimizerRecipe>
                    .Choice(
                        "name",
                        "Which one.",
                        optimizer => optimizer.Name,
                        (optimizer, value) => optimizer with { Name = value }
                    )
                    .Required(),
                Keys<OptimizerRecipe>
                    .Number(
                        "learning_rate",
                        "Learning rate at the start.",
                        NumberRange.Positive("a positive number such as 1e-3"),
                        optimizer => optimizer.LearningRate,
                        (optimizer, value) => optimizer with { LearningRate = value }
                    )
                    .WithDefault("1e-3; sgd needs it"),
                Keys<OptimizerRecipe>
                    .Number(
                        "momentum",
                        "Momentum of sgd and rmsprop.",
                        NumberRange.Share,
                        optimizer => optimizer.Momentum,
                        (optimizer, value) => optimizer with { Momentum = value }
                    )
                    .WithDefault("0"),
                Keys<OptimizerRecipe>
                    .Flag(
                        "nesterov",
                        "Whether sgd looks ahead along its momentum.",
                        optimizer => optimizer.Nesterov,
                        (optimizer, value) => optimizer with { Nesterov = value }
                    )
                    .WithDefault("false")
                    .WrittenIf(optimizer => optimizer.Nesterov),
                Keys<OptimizerRecipe>
                    .Number(
                        "rho",
                        "Decay of rmsprop's running mean square; PyTorch calls it alpha.",
                        NumberRange.Share,
                        optimizer => optimizer.Rho,
                        (optimizer, value) => optimizer with { Rho = value }
                    )
                    .WithDefault("0.9")
                    .WrittenIf(optimizer => optimizer.Name == OptimizerKind.Rmsprop),
                Keys<OptimizerRecipe>
                    .Number(
                        "epsilon",
                        "Added to the denominator of adam, adamw and rmsprop.",
                        NumberRange.Positive("a positive number such as 1e-7"),
                        optimizer => optimizer.Epsilon,
                        (optimizer, value) => optimizer with { Epsilon = value }
                    )
                    .WithDefault("1e-8; rmsprop 1e-7")
                    .WrittenIf(optimizer => optimizer.Name != OptimizerKind.Sgd),
                Keys<OptimizerRecipe>
                    .Number(
                        "weight_decay",
                        "Share of each weight added to its gradient, or for adamw taken off it; never of biases and "
                            + "batch-norm.",
                        NumberRange.AtLeastZero,
                        optimizer => optimizer.WeightDecay,
                        (optimizer, value) => optimizer with { WeightDecay = value }
                    )
                    .WithDefault("0"),
            ]
        );

    internal static OptimizerRecipe Read(YamlSection section)
    {
        OptimizerKind kind = section.Choice<OptimizerKind>("name", null);
        RequireFitting(section, kind);
        var missing = new OptimizerRecipe
        {
            Name = kind,
            LearningRate = kind == OptimizerKind.Sgd ? double.NaN : UsualLearningRate,
            Epsilon = kind == OptimizerKind.Rmsprop ? 1e-7 : 1e-8,
        };
        OptimizerRecipe optimizer = All.Read(section, missing);
        return optimizer is { Nesterov: true, Momentum: 0 }
            ? throw section.At(section.Mapping, "'nesterov' needs a momentum. Add 'momentum: 0.9', or remove it.")
            : optimizer;
    }

    /// <summary>
    /// A setting that the optimizer would ignore is a mistake. A momentum of 0 is written into resolved recipes of
    /// every optimizer.
    /// </summary>
    private static void RequireFitting(YamlSection section, OptimizerKind kind)
    {
        if (
            kind is OptimizerKind.Adam or OptimizerKind.Adamw
            && section.Number("momentum", 0, NumberRange.Share.Expected, NumberRange.Share.Accepts) > 0
        )
        {
            throw section.At(
                section.Mapping,
                $"optimizer {YamlSection.Spell(kind)} takes no momentum. Remove it, or use sgd."
            );
        }

        string[] refused = kind switch
        {
            OptimizerKind.Sgd => ["rho", "epsilon"],
            OptimizerKind.Adam or OptimizerKind.Adamw => ["rho", "nesterov"],
            _ => ["nesterov"],
        };
        foreach (string key in refused)
        {
            if (section.Find(key) is { } node)
            {
                throw section.At(node, $"optimizer {YamlSection.Spell(kind)} takes no '{key}'. Remove it.");
            }
        }
    }
}
