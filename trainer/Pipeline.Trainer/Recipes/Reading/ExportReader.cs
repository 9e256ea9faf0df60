using YamlDotNet.RepresentationModel;

namespace Pipeline.Trainer.Recipes.Reading;

/// <summary>Reads and writes <c>export</c> of a recipe; the words are those of <c>pipeline-train export</c>.</summary>
internal static class ExportReader
{
    private enum Input
    {
        Uint8,
        Float32,
    }

    private enum Precision
    {
        Fp32,
        Fp16,
    }

    /// <summary>Reads and checks the section.</summary>
    internal static ExportRecipe Read(YamlSection? section)
    {
        if (section is null)
        {
            return ExportRecipe.Standard;
        }

        var recipe = new ExportRecipe
        {
            TakesFloat32 = section.Choice<Input>("input", Input.Uint8) == Input.Float32,
            IsFloat16 = section.Choice<Precision>("precision", Precision.Fp32) == Precision.Fp16,
            HasFeatures = section.Flag("features", false),
        };
        section.RequireNoMore();
        return recipe;
    }

    /// <summary>The section, every value spelled out; none for the standard variant.</summary>
    internal static YamlMappingNode? Write(ExportRecipe value) =>
        value == ExportRecipe.Standard
            ? null
            : RecipeWriter.Map(
                ("input", YamlSection.Spell(value.TakesFloat32 ? Input.Float32 : Input.Uint8)),
                ("precision", YamlSection.Spell(value.IsFloat16 ? Precision.Fp16 : Precision.Fp32)),
                ("features", RecipeWriter.Flag(value.HasFeatures))
            );
}
