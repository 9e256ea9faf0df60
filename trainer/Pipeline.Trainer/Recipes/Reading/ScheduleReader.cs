using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace Pipeline.Trainer.Recipes.Reading;

/// <summary>Reads <c>schedule</c>: a word, or a mapping for one that has numbers.</summary>
internal static class ScheduleReader
{
    internal static ScheduleRecipe Read(YamlSection phase)
    {
        if (phase.Find("schedule") is not YamlMappingNode)
        {
            ScheduleKind word = phase.Choice<ScheduleKind>("schedule", ScheduleKind.Constant);
            return word is ScheduleKind.Step or ScheduleKind.Plateau
                ? throw phase.At(
                    phase.Find("schedule") ?? phase.Mapping,
                    $"schedule '{YamlSection.Spell(word)}' needs its numbers. "
                        + (
                            word == ScheduleKind.Step
                                ? "Write { name: step, every_epochs: 10, factor: 0.1 }."
                                : "Write { name: plateau, patience: 3, factor: 0.1 }."
                        )
                )
                : new ScheduleRecipe(word);
        }

        YamlSection section = phase.Section("schedule");
        ScheduleKind kind = section.Choice<ScheduleKind>("name", null);
        var schedule = new ScheduleRecipe(
            kind,
            kind == ScheduleKind.Step ? section.Integer("every_epochs", null, 1) : 1,
            kind is ScheduleKind.Step or ScheduleKind.Plateau
                ? section.Number(
                    "factor",
                    null,
                    "a number above 0, at most 1, such as 0.1",
                    value => value is > 0 and <= 1
                )
                : 1
        )
        {
            Patience = kind == ScheduleKind.Plateau ? section.Integer("patience", null, 1) : 1,
            WarmUpEpochs = section.Number("warm_up_epochs", 0, "a number of at least 0", value => value >= 0),
        };
        section.RequireNoMore();
        return schedule;
    }

    /// <summary>Refuses a schedule that the phase is too short for.</summary>
    internal static void RequireFitting(YamlSection phase, PhaseRecipe recipe)
    {
        if (recipe.Schedule.WarmUpEpochs >= recipe.Epochs)
        {
            throw phase.At(
                phase.Find("schedule") ?? phase.Mapping,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the warm-up of {recipe.Schedule.WarmUpEpochs} epochs is as long as the phase, "
                        + $"which has {recipe.Epochs}. Make it shorter."
                )
            );
        }

        (string key, int epochs) = recipe.Schedule.Name switch
        {
            ScheduleKind.Step => ("every_epochs", recipe.Schedule.EveryEpochs),
            ScheduleKind.Plateau => ("patience", recipe.Schedule.Patience),
            _ => (string.Empty, 0),
        };
        if (epochs >= recipe.Epochs)
        {
            throw phase.At(
                phase.Find("schedule") ?? phase.Mapping,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"'{key}' of the schedule is {epochs} and the phase has {recipe.Epochs} epochs, "
                        + $"so the rate would never change. Make it smaller, or leave the schedule out."
                )
            );
        }
    }
}
