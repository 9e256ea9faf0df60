using Pipeline.Core.Errors;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Recipes.Reading;

namespace Pipeline.Trainer.Tests.Recipes;

public sealed class QuantizationReaderTests
{
    [Fact]
    public void Read_NoKey_MeansNoInt8Model() => Assert.Null(TopLevelRecipe.Read(string.Empty).Quantization);

    [Fact]
    public void Read_EmptyMapping_HasTheDefaults() =>
        Assert.Equal(new QuantizationRecipe(), TopLevelRecipe.Read("quantization: {}").Quantization);

    [Fact]
    public void Read_EveryKey_IsTaken()
    {
        QuantizationRecipe? recipe = TopLevelRecipe
            .Read(
                "quantization: { calibration: entropy, images: 64, budget_points: 1.5, min_speedup: 2, "
                    + "bias_correction: false, reduce_range: true }"
            )
            .Quantization;

        Assert.Equal(
            new QuantizationRecipe
            {
                Calibration = CalibrationKind.Entropy,
                Images = 64,
                BudgetPoints = 1.5,
                MinSpeedup = 2,
                BiasCorrection = false,
                ReduceRange = true,
            },
            recipe
        );
    }

    [Fact]
    public void Read_SetFromTheCommandLine_TurnsItOn() =>
        Assert.Equal(7, TopLevelRecipe.Read(string.Empty, "quantization.images=7").Quantization?.Images);

    [Theory]
    [InlineData("")]
    [InlineData("quantization: {}")]
    [InlineData("quantization: { calibration: percentile, percentile: 99.9, reduce_range: true }")]
    [InlineData(
        "quantization: { calibration: moving-average, images: 3, budget_points: 0, min_speedup: 0, bias_correction: "
            + "false }"
    )]
    public void Write_ReadBack_GivesTheSameRecipe(string lines)
    {
        Recipe recipe = TopLevelRecipe.Read(lines);

        Recipe again = RecipeReader.Read(RecipeWriter.Write(recipe), "again.yaml", []);

        Assert.Equal(recipe.Quantization, again.Quantization);
        Assert.Equal(RecipeWriter.Hash(recipe), RecipeWriter.Hash(again));
    }

    [Theory]
    [InlineData("quantization: yes", "expected a mapping")]
    [InlineData("quantization: { method: entropy }", "has no key 'method'")]
    [InlineData("quantization: { calibration: entropie }", "Did you mean 'entropy'?")]
    [InlineData("quantization: { percentile: 50 }", "above 50 and up to 100")]
    [InlineData("quantization: { images: 0 }", "at least 1")]
    [InlineData("quantization: { budget_points: -1 }", "percentage points of accuracy from 0 to 100")]
    [InlineData("quantization: { min_speedup: fast }", "a factor from 0 to 100")]
    public void Read_BadValue_SaysPlaceAndRemedy(string lines, string expected)
    {
        RecipeException error = Assert.Throws<RecipeException>(() => TopLevelRecipe.Read(lines));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("test.yaml, line 9", error.Message, StringComparison.Ordinal);
    }
}
