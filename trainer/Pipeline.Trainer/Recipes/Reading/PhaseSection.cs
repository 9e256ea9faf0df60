using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace Pipeline.Trainer.Recipes.Reading;

/// <summary>One item of <c>phases</c>.</summary>
internal static class PhaseSection
{
    /// <summary>What a phase that trains nothing has for an optimizer; its recipe need not name one.</summary>
    private static readonly OptimizerRecipe Unused = new() { Name = OptimizerKind.Sgd, LearningRate = 1 };

    private static readonly PhaseRecipe Empty = new()
    {
        Train = new TrainableSet(TrainableKind.Head),
        Optimizer = Unused,
        Epochs = 0,
    };

    internal static RecipeSection<PhaseRecipe> All { get; } =
        new(
            "phases",
            [
                new RecipeKey<PhaseRecipe>(
                    "train",
                    "Which layers are trained: `none`, `head`, `all`, `{ last: 2 }`, `{ from: block5 }` or "
                        + "`{ layers: [names] }`.",
                    TrainableReader.Schema,
                    (section, phase) => phase with { Train = TrainableReader.Read(section) },
                    phase => TrainableReader.Write(phase.Train)
                )
                {
                    IsRequired = true,
                },
                new RecipeKey<PhaseRecipe>(
                    "optimizer",
                    "How they are trained.",
                    OptimizerSection.All.ToSchema(),
                    (section, phase) =>
                        phase with
                        {
                            Optimizer = Trains(phase) ? OptimizerSection.Read(section.Section("optimizer")) : Unused,
                        },
                    phase => Trains(phase) ? OptimizerSection.All.Write(phase.Optimizer) : null
                ),
                Keys<PhaseRecipe>
                    .Section(
                        "block_rates",
                        "Learning rates of parts of the network.",
                        LearningSections.BlockRates,
                        BlockRates.Uniform,
                        phase => phase.BlockRates,
                        (phase, value) => phase with { BlockRates = value }
                    )
                    .WrittenIf(phase => phase.BlockRates is not { Decay: 1, Factors.Count: 0 }),
                Keys<PhaseRecipe>
                    .Section(
                        "loss",
                        "What is minimised: cross-entropy, by default plain.",
                        LearningSections.Loss,
                        LossRecipe.Plain,
                        phase => phase.Loss,
                        (phase, value) => phase with { Loss = value }
                    )
                    .WrittenIf(phase => phase.Loss != LossRecipe.Plain),
                Keys<PhaseRecipe>
                    .Section(
                        "gradients",
                        "What happens to gradients before a step.",
                        LearningSections.Gradients,
                        GradientRecipe.Plain,
                        phase => phase.Gradients,
                        (phase, value) => phase with { Gradients = value }
                    )
                    .WrittenIf(phase => phase.Gradients != GradientRecipe.Plain),
                Keys<PhaseRecipe>
                    .Section(
                        "mix",
                        "Training on mixtures of images.",
                        LearningSections.Mix,
                        MixRecipe.None,
                        phase => phase.Mix,
                        (phase, value) => phase with { Mix = value }
                    )
                    .WrittenIf(phase => phase.Mix.IsAny),
                Keys<PhaseRecipe>
                    .Number(
                        "ema",
                        "Decay of a running average of the weights, which is then validated and kept.",
                        NumberRange.Share with
                        {
                            Expected = "a number of at least 0 and less than 1, such as 0.999",
                        },
                        phase => phase.Ema,
                        (phase, value) => phase with { Ema = value }
                    )
                    .WithDefault("0")
                    .WrittenIf(phase => phase.Ema > 0),
                new RecipeKey<PhaseRecipe>(
                    "schedule",
                    "How the learning rate goes: `constant`, `cosine`, `one-cycle`, "
                        + "`{ name: step, every_epochs: 10, factor: 0.1 }` or "
                        + "`{ name: plateau, patience: 3, factor: 0.1 }`, each with `warm_up_epochs`.",
                    ScheduleReader.Schema,
                    (section, phase) => phase with { Schedule = ScheduleReader.Read(section) },
                    phase => ScheduleReader.Write(phase.Schedule)
                )
                {
                    Default = "constant",
                },
                Keys<PhaseRecipe>
                    .Choice(
                        "precision",
                        "Number format of the training steps; `auto` measures one step each way and says what it "
                            + "chose.",
                        phase => phase.Precision,
                        (phase, value) => phase with { Precision = value }
                    )
                    .WithDefault("auto"),
                new RecipeKey<PhaseRecipe>(
                    "epochs",
                    "Passes over the training images.",
                    new JsonObject { ["type"] = "integer", ["minimum"] = 1 },
                    (section, phase) =>
                        phase with
                        {
                            Epochs = Trains(phase)
                                ? section.Integer("epochs", null, 1)
                                : section.Integer("epochs", 1, 1, 1),
                        },
                    phase => RecipeNodes.Number(phase.Epochs)
                ),
                Keys<PhaseRecipe>
                    .Integer(
                        "batch_size",
                        "Images per step; the last batch of an epoch may be smaller.",
                        1,
                        phase => phase.BatchSize,
                        (phase, value) => phase with { BatchSize = value }
                    )
                    .WithDefault("32"),
                Keys<PhaseRecipe>
                    .Flag(
                        "drop_last",
                        "Leaves that smaller batch out; which images are in it is drawn anew for each pass.",
                        phase => phase.DropLast,
                        (phase, value) => phase with { DropLast = value }
                    )
                    .WithDefault("false")
                    .WrittenIf(phase => phase.DropLast),
                Keys<PhaseRecipe>
                    .IntegerOrNone(
                        "steps_per_epoch",
                        "Batches per epoch; an epoch goes on where the last one stopped.",
                        1,
                        phase => phase.StepsPerEpoch,
                        (phase, value) => phase with { StepsPerEpoch = value }
                    )
                    .WithDefault("all"),
                Keys<PhaseRecipe>
                    .IntegerOrNone(
                        "validation_steps",
                        "Validation batches per epoch, the same images each time.",
                        1,
                        phase => phase.ValidationSteps,
                        (phase, value) => phase with { ValidationSteps = value }
                    )
                    .WithDefault("all"),
                Keys<PhaseRecipe>
                    .Choice(
                        "batch_norm",
                        "`frozen` keeps the running statistics of trained batch-norm layers.",
                        phase => phase.BatchNorm,
                        (phase, value) => phase with { BatchNorm = value }
                    )
                    .WithDefault("train"),
                Keys<PhaseRecipe>.Section(
                    "early_stopping",
                    "Ends the phase when a metric no longer improves.",
                    LearningSections.EarlyStopping,
                    new EarlyStoppingRecipe(MonitoredMetric.ValLoss, 0, 0),
                    phase => phase.EarlyStopping,
                    (phase, value) => phase with { EarlyStopping = value }
                ),
                Keys<PhaseRecipe>.NumberOrNone(
                    "time_budget_minutes",
                    "The phase ends after the epoch that crosses them; a resumed phase counts what it used before.",
                    NumberRange.Positive("a positive number of minutes such as 30"),
                    phase => phase.TimeBudgetMinutes,
                    (phase, value) => phase with { TimeBudgetMinutes = value }
                ),
                Keys<PhaseRecipe>
                    .Choice(
                        "keep",
                        "Whether the phase ends with the weights of its best epoch or of its last, "
                            + "as Keras's `fit` does.",
                        phase => phase.Keep,
                        (phase, value) => phase with { Keep = value }
                    )
                    .WithDefault("best")
                    .WrittenIf(phase => phase.Keep != KeptEpoch.Best),
                new RecipeKey<PhaseRecipe>(
                    "best",
                    "By which metric an epoch is the best; not with `keep: last`.",
                    Keys<PhaseRecipe>.ChoiceSchema<MonitoredMetric>(),
                    (section, phase) =>
                        phase with
                        {
                            Best = section.Choice<MonitoredMetric>(
                                "best",
                                phase.EarlyStopping?.Monitor ?? MonitoredMetric.ValLoss
                            ),
                        },
                    phase => RecipeNodes.Text(phase.Keep == KeptEpoch.Best ? YamlSection.Spell(phase.Best) : null)
                )
                {
                    Default = "the monitored metric, else val_loss",
                },
                new RecipeKey<PhaseRecipe>(
                    "augmentation",
                    "Random changes of training images, drawn per image and epoch.",
                    AugmentationSection.All.ToSchema(),
                    (section, phase) =>
                        phase with
                        {
                            Augmentation = AugmentationSection.Read(section.SectionOrNull("augmentation")),
                        },
                    phase => AugmentationSection.All.Write(phase.Augmentation)
                ),
                Keys<PhaseRecipe>
                    .Flag(
                        "augment_validation",
                        "Whether validation images are changed as well, anew in each epoch.",
                        phase => phase.AugmentValidation,
                        (phase, value) => phase with { AugmentValidation = value }
                    )
                    .WithDefault("false"),
            ]
        );

    /// <summary>Reads a phase.</summary>
    /// <param name="section">The phase.</param>
    /// <param name="precision">
    /// What its model says of the number format, for a phase that does not say it itself.
    /// </param>
    internal static PhaseRecipe Read(YamlSection section, PrecisionMode precision)
    {
        PhaseRecipe phase = All.Read(section, Empty with { Precision = precision });
        ScheduleReader.RequireFitting(section, phase);
        if (phase.Keep == KeptEpoch.Last && section.Find("best") is YamlNode best)
        {
            throw section.At(
                best,
                "'best' says which epoch is kept, and 'keep: last' keeps the last one. Remove one of them."
            );
        }

        if (phase is { AugmentValidation: true, Augmentation.IsAny: false })
        {
            throw section.At(
                section.Find("augment_validation") ?? section.Mapping,
                "augment_validation is true, but the phase changes no images. Add an augmentation, or remove it."
            );
        }

        return phase;
    }

    private static bool Trains(PhaseRecipe phase) => phase.Train.Kind != TrainableKind.None;
}
