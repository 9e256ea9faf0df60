namespace Pipeline.Trainer.Recipes.Reading;

/// <summary>Reads <c>quantization</c> of a recipe; without the key there is no int8 model.</summary>
internal static class QuantizationReader
{
    /// <summary>Reads and checks the section.</summary>
    internal static QuantizationRecipe? Read(YamlSection? section)
    {
        if (section is null)
        {
            return null;
        }

        var standard = new QuantizationRecipe();
        var recipe = new QuantizationRecipe
        {
            Calibration = section.Choice<CalibrationKind>("calibration", standard.Calibration),
            Percentile = section.Number(
                "percentile",
                standard.Percentile,
                "a share of the values in percent, above 50 and up to 100, such as 99.99",
                value => value is > 50 and <= 100
            ),
            Images = section.Integer("images", standard.Images, 1),
            BudgetPoints = section.Number(
                "budget_points",
                standard.BudgetPoints,
                "percentage points of accuracy from 0 to 100, such as 0.5",
                value => value is >= 0 and <= 100
            ),
            MinSpeedup = section.Number(
                "min_speedup",
                standard.MinSpeedup,
                "a factor from 0 to 100, such as 1.3",
                value => value is >= 0 and <= 100
            ),
            BiasCorrection = section.Flag("bias_correction", standard.BiasCorrection),
            ReduceRange = section.Flag("reduce_range", standard.ReduceRange),
        };
        section.RequireNoMore();
        return recipe;
    }
}
