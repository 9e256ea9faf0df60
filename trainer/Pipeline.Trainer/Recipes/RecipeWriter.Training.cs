using Pipeline.Core.Contracts;
using YamlDotNet.RepresentationModel;

namespace Pipeline.Trainer.Recipes;

/// <content>How a phase learns: optimizer and schedule. Only the settings that its kind has are written.</content>
public static partial class RecipeWriter
{
    private static YamlMappingNode Optimizer(OptimizerRecipe optimizer) => Map(
        ("name", WireNames.ToKebab(optimizer.Name)),
        ("learning_rate", Number(optimizer.LearningRate)),
        ("momentum", Number(optimizer.Momentum)),
        ("nesterov", optimizer.Nesterov ? Flag(true) : null),
        ("rho", optimizer.Name == OptimizerKind.Rmsprop ? Number(optimizer.Rho) : null),
        ("epsilon", optimizer.Name == OptimizerKind.Sgd ? null : Number(optimizer.Epsilon)),
        ("weight_decay", Number(optimizer.WeightDecay)));

    private static YamlNode Schedule(ScheduleRecipe schedule) => schedule.Name == ScheduleKind.Step
        ? Map(("name", WireNames.ToKebab(schedule.Name)), ("every_epochs", Number(schedule.EveryEpochs)), ("factor", Number(schedule.Factor)))
        : WireNames.ToKebab(schedule.Name);
}
