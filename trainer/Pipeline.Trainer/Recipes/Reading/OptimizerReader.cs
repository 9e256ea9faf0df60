namespace Pipeline.Trainer.Recipes.Reading;

/// <summary>Reads the section <c>optimizer</c>.</summary>
internal static class OptimizerReader
{
    private const double UsualLearningRate = 1e-3;
    private const string Share = "a number of at least 0 and less than 1";

    internal static OptimizerRecipe Read(YamlSection section)
    {
        OptimizerKind kind = section.Choice<OptimizerKind>("name", null);
        RequireFitting(section, kind);
        var optimizer = new OptimizerRecipe
        {
            Name = kind,
            LearningRate = section.Number(
                "learning_rate",
                kind == OptimizerKind.Sgd ? null : UsualLearningRate,
                "a positive number such as 1e-3",
                value => value > 0
            ),
            Momentum = section.Number("momentum", 0, Share, value => value is >= 0 and < 1),
            Nesterov = section.Flag("nesterov", missing: false),
            Rho = section.Number("rho", 0.9, Share, value => value is >= 0 and < 1),
            Epsilon = section.Number(
                "epsilon",
                kind == OptimizerKind.Rmsprop ? 1e-7 : 1e-8,
                "a positive number such as 1e-7",
                value => value > 0
            ),
            WeightDecay = section.Number("weight_decay", 0, "a number of at least 0", value => value >= 0),
        };
        section.RequireNoMore();
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
            && section.Number("momentum", 0, Share, value => value is >= 0 and < 1) > 0
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
