using YamlDotNet.RepresentationModel;

namespace Pipeline.Trainer.Recipes.Reading;

/// <summary>Reads one item of <c>phases</c>.</summary>
internal static class PhaseReader
{
    /// <summary>What a phase that trains nothing has for an optimizer; its recipe need not name one.</summary>
    private static readonly OptimizerRecipe Unused = new() { Name = OptimizerKind.Sgd, LearningRate = 1 };

    /// <summary>Reads a phase.</summary>
    /// <param name="section">The phase.</param>
    /// <param name="precision">
    /// What its model says of the number format, for a phase that does not say it itself.
    /// </param>
    internal static PhaseRecipe Read(YamlSection section, PrecisionMode precision)
    {
        TrainableSet train = TrainableReader.Read(section);
        bool trains = train.Kind != TrainableKind.None;
        EarlyStoppingRecipe? stopping = ReadEarlyStopping(section.SectionOrNull("early_stopping"));
        var phase = new PhaseRecipe
        {
            Train = train,
            Optimizer = trains ? OptimizerReader.Read(section.Section("optimizer")) : Unused,
            BlockRates = ReadBlockRates(section.SectionOrNull("block_rates")),
            Loss = LearningReader.Loss(section.SectionOrNull("loss")),
            Gradients = LearningReader.Gradients(section.SectionOrNull("gradients")),
            Mix = LearningReader.Mix(section.SectionOrNull("mix")),
            Ema = section.Number(
                "ema",
                0,
                "a number of at least 0 and less than 1, such as 0.999",
                value => value is >= 0 and < 1
            ),
            Schedule = ScheduleReader.Read(section),
            Precision = section.Choice<PrecisionMode>("precision", precision),
            Epochs = section.Integer("epochs", trains ? null : 1, 1, trains ? int.MaxValue : 1),
            BatchSize = section.Integer("batch_size", 32, 1),
            DropLast = section.Flag("drop_last", missing: false),
            StepsPerEpoch = section.Has("steps_per_epoch") ? section.Integer("steps_per_epoch", null, 1) : null,
            ValidationSteps = section.Has("validation_steps") ? section.Integer("validation_steps", null, 1) : null,
            BatchNorm = section.Choice<BatchNormTraining>("batch_norm", BatchNormTraining.Train),
            EarlyStopping = stopping,
            TimeBudgetMinutes = section.Has("time_budget_minutes")
                ? section.Number(
                    "time_budget_minutes",
                    null,
                    "a positive number of minutes such as 30",
                    value => value > 0
                )
                : null,
            Keep = section.Choice<KeptEpoch>("keep", KeptEpoch.Best),
            Best = section.Choice<MonitoredMetric>("best", stopping?.Monitor ?? MonitoredMetric.ValLoss),
            Augmentation = AugmentationReader.Read(section.SectionOrNull("augmentation")),
            AugmentValidation = section.Flag("augment_validation", missing: false),
        };
        section.RequireNoMore();
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

    /// <summary><c>block_rates: { decay: 0.8, factors: { block4: 0.1 } }</c>.</summary>
    private static BlockRates ReadBlockRates(YamlSection? section)
    {
        if (section is null)
        {
            return BlockRates.Uniform;
        }

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

        var rates = new BlockRates(
            section.Number("decay", 1, "a number above 0 and up to 1", value => value is > 0 and <= 1)
        )
        {
            Factors = factors,
        };
        section.RequireNoMore();
        return rates;
    }

    private static EarlyStoppingRecipe? ReadEarlyStopping(YamlSection? section)
    {
        if (section is null)
        {
            return null;
        }

        var stopping = new EarlyStoppingRecipe(
            section.Choice<MonitoredMetric>("monitor", MonitoredMetric.ValLoss),
            section.Integer("patience", null, 1),
            section.Number("min_delta", 0, "a number of at least 0", value => value >= 0)
        );
        section.RequireNoMore();
        return stopping;
    }
}
