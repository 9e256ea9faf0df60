using Pipeline.Core.Contracts;

namespace Pipeline.Trainer.Recipes.Reading;

/// <summary>The sections <c>export</c> and <c>quantization</c> of a recipe.</summary>
internal static class OutputSections
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

    /// <summary>The words are those of <c>pipeline-train export</c>.</summary>
    internal static RecipeSection<ExportRecipe> Export { get; } =
        new(
            "export",
            [
                Keys<ExportRecipe>
                    .Choice(
                        "input",
                        "`uint8`: pixels [N, H, W, 3], the graph normalises; `float32`: normalised images [N, 3, "
                            + "H, W].",
                        export => export.TakesFloat32 ? Input.Float32 : Input.Uint8,
                        (export, value) => export with { TakesFloat32 = value == Input.Float32 }
                    )
                    .WithDefault("uint8"),
                Keys<ExportRecipe>
                    .Choice(
                        "precision",
                        "`fp16`: weights and layers in half precision, half the file.",
                        export => export.IsFloat16 ? Precision.Fp16 : Precision.Fp32,
                        (export, value) => export with { IsFloat16 = value == Precision.Fp16 }
                    )
                    .WithDefault("fp32"),
                Keys<ExportRecipe>
                    .Flag(
                        "features",
                        "Adds the output `features`: what the backbone gives, before the head.",
                        export => export.HasFeatures,
                        (export, value) => export with { HasFeatures = value }
                    )
                    .WithDefault("false"),
            ]
        );

    /// <summary>Every value is spelled out.</summary>
    internal static RecipeSection<QuantizationRecipe> Quantization { get; } =
        new(
            "quantization",
            [
                Keys<QuantizationRecipe>
                    .Choice(
                        "calibration",
                        "How the range of each activation is chosen.",
                        int8 => int8.Calibration,
                        (int8, value) => int8 with { Calibration = value }
                    )
                    .WithDefault(WireNames.ToKebab(new QuantizationRecipe().Calibration)),
                Keys<QuantizationRecipe>
                    .Number(
                        "percentile",
                        "Share of the values that `calibration: percentile` keeps.",
                        new NumberRange(
                            "a share of the values in percent, above 50 and up to 100, such as 99.99",
                            value => value is > 50 and <= 100,
                            ("exclusiveMinimum", 50),
                            ("maximum", 100)
                        ),
                        int8 => int8.Percentile,
                        (int8, value) => int8 with { Percentile = value }
                    )
                    .WithDefault(RecipeNodes.Number(new QuantizationRecipe().Percentile).ToString())
                    .WrittenIf(int8 => int8.Calibration == CalibrationKind.Percentile),
                Keys<QuantizationRecipe>
                    .Integer(
                        "images",
                        "Training images that the ranges are measured on.",
                        1,
                        int8 => int8.Images,
                        (int8, value) => int8 with { Images = value }
                    )
                    .WithDefault(RecipeNodes.Number(new QuantizationRecipe().Images).ToString()),
                Keys<QuantizationRecipe>
                    .Number(
                        "budget_points",
                        "Points of validation accuracy that int8 may cost.",
                        NumberRange.Between(0, 100, "percentage points of accuracy from 0 to 100, such as 0.5"),
                        int8 => int8.BudgetPoints,
                        (int8, value) => int8 with { BudgetPoints = value }
                    )
                    .WithDefault(RecipeNodes.Number(new QuantizationRecipe().BudgetPoints).ToString()),
                Keys<QuantizationRecipe>
                    .Number(
                        "min_speedup",
                        "How many times as fast as float32 it must be on this machine.",
                        NumberRange.Between(0, 100, "a factor from 0 to 100, such as 1.3"),
                        int8 => int8.MinSpeedup,
                        (int8, value) => int8 with { MinSpeedup = value }
                    )
                    .WithDefault(RecipeNodes.Number(new QuantizationRecipe().MinSpeedup).ToString()),
                Keys<QuantizationRecipe>
                    .Flag(
                        "bias_correction",
                        "Whether the mean error of rounded weights is taken back.",
                        int8 => int8.BiasCorrection,
                        (int8, value) => int8 with { BiasCorrection = value }
                    )
                    .WithDefault("true"),
                Keys<QuantizationRecipe>
                    .Flag(
                        "reduce_range",
                        "Whether weights use 7 bits, which older x86 processors need.",
                        int8 => int8.ReduceRange,
                        (int8, value) => int8 with { ReduceRange = value }
                    )
                    .WithDefault("by the processor"),
            ]
        );
}
