using Pipeline.Core.Contracts;
using YamlDotNet.RepresentationModel;

namespace Pipeline.Trainer.Recipes.Reading;

/// <summary>Writes <c>quantization</c> of a recipe, every value spelled out.</summary>
internal static class QuantizationWriter
{
    internal static YamlMappingNode Write(QuantizationRecipe value) =>
        RecipeWriter.Map(
            ("calibration", WireNames.ToKebab(value.Calibration)),
            (
                "percentile",
                value.Calibration == CalibrationKind.Percentile ? RecipeWriter.Number(value.Percentile) : null
            ),
            ("images", RecipeWriter.Number(value.Images)),
            ("budget_points", RecipeWriter.Number(value.BudgetPoints)),
            ("min_speedup", RecipeWriter.Number(value.MinSpeedup)),
            ("bias_correction", RecipeWriter.Flag(value.BiasCorrection)),
            ("reduce_range", RecipeWriter.Flag(value.ReduceRange))
        );
}
