using YamlDotNet.RepresentationModel;

namespace Pipeline.Trainer.Recipes;

/// <summary>Reads one item of <c>phases</c>.</summary>
internal static class PhaseReader
{
    /// <summary>Reads a phase.</summary>
    /// <param name="section">The phase.</param>
    /// <param name="precision">What its model says of the number format, for a phase that does not say it itself.</param>
    internal static PhaseRecipe Read(YamlSection section, PrecisionMode precision)
    {
        EarlyStoppingRecipe? stopping = ReadEarlyStopping(section.SectionOrNull("early_stopping"));
        var phase = new PhaseRecipe
        {
            Train = ReadTrainable(section),
            Optimizer = OptimizerReader.Read(section.Section("optimizer")),
            Loss = LearningReader.Loss(section.SectionOrNull("loss")),
            Gradients = LearningReader.Gradients(section.SectionOrNull("gradients")),
            Mix = LearningReader.Mix(section.SectionOrNull("mix")),
            Ema = section.Number("ema", 0, "a number of at least 0 and less than 1, such as 0.999", value => value is >= 0 and < 1),
            Schedule = ScheduleReader.Read(section),
            Precision = section.Choice<PrecisionMode>("precision", precision),
            Epochs = section.Integer("epochs", null, 1),
            BatchSize = section.Integer("batch_size", 32, 1),
            StepsPerEpoch = section.Has("steps_per_epoch") ? section.Integer("steps_per_epoch", null, 1) : null,
            ValidationSteps = section.Has("validation_steps") ? section.Integer("validation_steps", null, 1) : null,
            BatchNorm = section.Choice<BatchNormTraining>("batch_norm", BatchNormTraining.Train),
            EarlyStopping = stopping,
            Best = section.Choice<MonitoredMetric>("best", stopping?.Monitor ?? MonitoredMetric.ValLoss),
            Augmentation = AugmentationReader.Read(section.SectionOrNull("augmentation")),
            AugmentValidation = section.Flag("augment_validation", missing: false),
        };
        section.RequireNoMore();
        ScheduleReader.RequireFitting(section, phase);
        if (phase is { AugmentValidation: true, Augmentation.IsAny: false })
        {
            throw section.At(section.Find("augment_validation") ?? section.Mapping, "augment_validation is true, but the phase changes no images. Add an augmentation, or remove it.");
        }

        return phase;
    }

    private static TrainableSet ReadTrainable(YamlSection section)
    {
        if (section.Find("train") is YamlMappingNode)
        {
            YamlSection set = section.Section("train");
            TrainableSet trainable = set.Has("from")
                ? new TrainableSet(TrainableKind.From, Block: set.Text("from"))
                : new TrainableSet(TrainableKind.Last, Count: set.Integer("last", null, 1));
            set.RequireNoMore();
            return trainable;
        }

        return section.Text("train") switch
        {
            "head" => new TrainableSet(TrainableKind.Head),
            "all" => new TrainableSet(TrainableKind.All),
            _ => throw section.WrongType(section.Find("train") ?? section.Mapping, "train", "head, all, { last: n } or { from: block }"),
        };
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
            section.Number("min_delta", 0, "a number of at least 0", value => value >= 0));
        section.RequireNoMore();
        return stopping;
    }
}
