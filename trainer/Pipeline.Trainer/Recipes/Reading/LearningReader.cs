namespace Pipeline.Trainer.Recipes.Reading;

/// <summary>Reads what a phase says about its loss and its gradients.</summary>
internal static class LearningReader
{
    /// <summary><c>loss: { class_weights: balanced, label_smoothing: 0.1 }</c>.</summary>
    internal static LossRecipe Loss(YamlSection? section)
    {
        if (section is null)
        {
            return LossRecipe.Plain;
        }

        var loss = new LossRecipe(
            section.Choice<ClassWeighting>("class_weights", ClassWeighting.None),
            section.Number(
                "label_smoothing",
                0,
                "a number of at least 0 and less than 1",
                value => value is >= 0 and < 1
            )
        );
        section.RequireNoMore();
        return loss;
    }

    /// <summary><c>gradients: { clip_norm: 1, accumulate: 4 }</c>.</summary>
    internal static GradientRecipe Gradients(YamlSection? section)
    {
        if (section is null)
        {
            return GradientRecipe.Plain;
        }

        var gradients = new GradientRecipe(
            section.Has("clip_norm")
                ? section.Number("clip_norm", null, "a positive number", value => value > 0)
                : null,
            section.Integer("accumulate", 1, 1)
        );
        section.RequireNoMore();
        return gradients;
    }

    /// <summary><c>mix: { mixup: 0.2, cutmix: 1 }</c>.</summary>
    internal static MixRecipe Mix(YamlSection? section)
    {
        if (section is null)
        {
            return MixRecipe.None;
        }

        const string Expected = "a number of at least 0 such as 0.2";
        var mix = new MixRecipe(
            section.Number("mixup", 0, Expected, value => value >= 0),
            section.Number("cutmix", 0, Expected, value => value >= 0)
        );
        section.RequireNoMore();
        return mix;
    }
}
