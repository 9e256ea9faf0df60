using System.Globalization;
using System.Text.Json.Nodes;
using Pipeline.Core.Contracts;
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

    /// <summary>A word, or a mapping with the numbers that its kind has.</summary>
    internal static YamlNode Write(ScheduleRecipe schedule)
    {
        YamlMappingNode map = RecipeNodes.Map(
            ("name", WireNames.ToKebab(schedule.Name)),
            ("every_epochs", schedule.Name == ScheduleKind.Step ? RecipeNodes.Number(schedule.EveryEpochs) : null),
            ("patience", schedule.Name == ScheduleKind.Plateau ? RecipeNodes.Number(schedule.Patience) : null),
            (
                "factor",
                schedule.Name is ScheduleKind.Step or ScheduleKind.Plateau ? RecipeNodes.Number(schedule.Factor) : null
            ),
            ("warm_up_epochs", schedule.WarmUpEpochs > 0 ? RecipeNodes.Number(schedule.WarmUpEpochs) : null)
        );
        return map.Children.Count == 1 ? WireNames.ToKebab(schedule.Name) : map;
    }

    /// <summary>Both forms as JSON Schema.</summary>
    internal static JsonObject Schema =>
        new()
        {
            ["anyOf"] = new JsonArray(
                Keys<ScheduleRecipe>.ChoiceSchema<ScheduleKind>(),
                new JsonObject
                {
                    ["type"] = "object",
                    ["additionalProperties"] = false,
                    ["required"] = new JsonArray("name"),
                    ["properties"] = new JsonObject
                    {
                        ["name"] = Keys<ScheduleRecipe>.ChoiceSchema<ScheduleKind>(),
                        ["every_epochs"] = new JsonObject { ["type"] = "integer", ["minimum"] = 1 },
                        ["patience"] = new JsonObject { ["type"] = "integer", ["minimum"] = 1 },
                        ["factor"] = new JsonObject
                        {
                            ["type"] = "number",
                            ["exclusiveMinimum"] = 0,
                            ["maximum"] = 1,
                        },
                        ["warm_up_epochs"] = new JsonObject { ["type"] = "number", ["minimum"] = 0 },
                    },
                }
            ),
        };

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
