using Pipeline.Core.Errors;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Recipes.Reading;

namespace Pipeline.Trainer.Tests.Recipes;

public sealed class ExportReaderTests
{
    [Fact]
    public void Read_NoKey_IsTheStandardFileAndIsNotWritten()
    {
        Recipe recipe = TopLevelRecipe.Read(string.Empty);

        Assert.Equal(ExportRecipe.Standard, recipe.Export);
        Assert.DoesNotContain("export", RecipeWriter.Write(recipe), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_EveryKey_IsTakenAndWritten()
    {
        Recipe recipe = TopLevelRecipe.Read("export: { input: float32, precision: fp16, features: true }");

        Recipe again = RecipeReader.Read(RecipeWriter.Write(recipe), "again.yaml", []);

        Assert.Equal(
            new ExportRecipe
            {
                TakesFloat32 = true,
                IsFloat16 = true,
                HasFeatures = true,
            },
            recipe.Export
        );
        Assert.Equal(recipe.Export, again.Export);
        Assert.NotEqual(RecipeWriter.Hash(TopLevelRecipe.Read(string.Empty)), RecipeWriter.Hash(recipe));
        Assert.Contains("input: float32", RecipeWriter.Write(recipe), StringComparison.Ordinal);
        Assert.Contains("precision: fp16", RecipeWriter.Write(recipe), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("export: { input: int8 }", "'input' in 'export' is 'int8', expected one of: uint8, float32")]
    [InlineData("export: { precision: fp8 }", "expected one of: fp32, fp16")]
    [InlineData("export: { feature: true }", "Did you mean 'features'?")]
    [InlineData(
        "export: { precision: fp16 }\nquantization: {}",
        "'quantization' starts from a model that takes pixels and computes in float32. "
            + "Remove 'input' and 'precision' from 'export', or 'quantization'."
    )]
    public void Read_BadValue_SaysPlaceAndRemedy(string lines, string expected)
    {
        RecipeException error = Assert.Throws<RecipeException>(() => TopLevelRecipe.Read(lines));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("test.yaml, line 9", error.Message, StringComparison.Ordinal);
    }
}
