namespace Pipeline.Trainer.Recipes.Reading;

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
