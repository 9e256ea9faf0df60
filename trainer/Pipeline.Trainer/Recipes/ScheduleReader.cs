using YamlDotNet.RepresentationModel;

namespace Pipeline.Trainer.Recipes;

/// <summary>Reads <c>schedule</c>: a word, or a mapping for the one that has numbers.</summary>
internal static class ScheduleReader
{
    internal static ScheduleRecipe Read(YamlSection phase)
    {
        if (phase.Find("schedule") is not YamlMappingNode)
        {
            ScheduleKind word = phase.Choice<ScheduleKind>("schedule", ScheduleKind.Constant);
            return word == ScheduleKind.Step
                ? throw phase.At(phase.Find("schedule") ?? phase.Mapping, "schedule 'step' needs its numbers. Write { name: step, every_epochs: 10, factor: 0.1 }.")
                : new ScheduleRecipe(word);
        }

        YamlSection section = phase.Section("schedule");
        ScheduleKind kind = section.Choice<ScheduleKind>("name", null);
        ScheduleRecipe schedule = kind == ScheduleKind.Step
            ? new ScheduleRecipe(kind, section.Integer("every_epochs", null, 1), section.Number("factor", null, "a number above 0, at most 1, such as 0.1", value => value is > 0 and <= 1))
            : new ScheduleRecipe(kind);
        section.RequireNoMore();
        return schedule;
    }
}
