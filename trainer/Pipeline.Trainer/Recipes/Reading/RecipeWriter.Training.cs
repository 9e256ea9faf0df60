using Pipeline.Core.Contracts;
using YamlDotNet.RepresentationModel;

namespace Pipeline.Trainer.Recipes.Reading;

/// <content>How a phase learns: optimizer and schedule. Only the settings that its kind has are written.</content>
public static partial class RecipeWriter
{
    private static YamlMappingNode Optimizer(OptimizerRecipe optimizer) =>
        Map(
            ("name", WireNames.ToKebab(optimizer.Name)),
            ("learning_rate", Number(optimizer.LearningRate)),
            ("momentum", Number(optimizer.Momentum)),
            ("nesterov", optimizer.Nesterov ? Flag(true) : null),
            ("rho", optimizer.Name == OptimizerKind.Rmsprop ? Number(optimizer.Rho) : null),
            ("epsilon", optimizer.Name == OptimizerKind.Sgd ? null : Number(optimizer.Epsilon)),
            ("weight_decay", Number(optimizer.WeightDecay))
        );

    private static YamlMappingNode? BlockRates(BlockRates rates) =>
        rates is { Decay: 1, Factors.Count: 0 }
            ? null
            : Map(
                ("decay", Number(rates.Decay)),
                (
                    "factors",
                    rates.Factors.Count == 0
                        ? null
                        : Map([.. rates.Factors.Select(factor => (factor.Key, (YamlNode?)Number(factor.Value)))])
                )
            );

    private static YamlMappingNode? Loss(LossRecipe loss) =>
        loss == LossRecipe.Plain
            ? null
            : Map(
                ("class_weights", WireNames.ToKebab(loss.ClassWeights)),
                ("label_smoothing", Number(loss.LabelSmoothing))
            );

    private static YamlMappingNode? Gradients(GradientRecipe gradients) =>
        gradients == GradientRecipe.Plain
            ? null
            : Map(
                ("clip_norm", gradients.ClipNorm is double norm ? Number(norm) : null),
                ("accumulate", Number(gradients.Accumulate))
            );

    private static YamlNode Schedule(ScheduleRecipe schedule)
    {
        YamlMappingNode map = Map(
            ("name", WireNames.ToKebab(schedule.Name)),
            ("every_epochs", schedule.Name == ScheduleKind.Step ? Number(schedule.EveryEpochs) : null),
            ("patience", schedule.Name == ScheduleKind.Plateau ? Number(schedule.Patience) : null),
            ("factor", schedule.Name is ScheduleKind.Step or ScheduleKind.Plateau ? Number(schedule.Factor) : null),
            ("warm_up_epochs", schedule.WarmUpEpochs > 0 ? Number(schedule.WarmUpEpochs) : null)
        );
        return map.Children.Count == 1 ? WireNames.ToKebab(schedule.Name) : map;
    }
}
