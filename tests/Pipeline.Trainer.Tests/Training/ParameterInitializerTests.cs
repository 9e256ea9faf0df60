using Pipeline.Core.Errors;
using Pipeline.Networks.Graph;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Recipes.Reading;
using Pipeline.Trainer.Training;

namespace Pipeline.Trainer.Tests.Training;

/// <summary>What <c>init</c> of a recipe does, and where it may stand.</summary>
public sealed class ParameterInitializerTests
{
    private const string Model =
        "{ name: model, preprocessing: { size: 32, resize: squash, kernel: bicubic, scale: 1/255 }, backbone: "
        + "{ name: small-cnn }, phases: [{ train: all, epochs: 1, optimizer: { name: adam } }] }";

    [Theory]
    [InlineData(WeightInit.GlorotUniform, 0.1543033499620919)] // sqrt(6 / (9 (16 + 12)))
    [InlineData(WeightInit.HeUniform, 0.2041241452319315)] // sqrt(6 / (9 x 16))
    public void Create_Kernel_FillsItsRangeEvenly(WeightInit init, double limit)
    {
        float[] kernel = ParameterInitializer
            .Create(new ParameterSpec("conv.weight", [12, 16, 3, 3], ParameterRole.Weight), seed: 1, init)
            .AsFloat32()
            .ToArray();

        Assert.InRange(kernel.Max(Math.Abs), 0.99 * limit, limit);
        // variance of a uniform number
        Assert.InRange(kernel.Average(value => value * value), 0.9 * limit * limit / 3, 1.1 * limit * limit / 3);
    }

    [Fact]
    public void Read_AtTheTop_IsEveryModels()
    {
        Recipe recipe = Read("init: he-uniform");

        Assert.Equal(WeightInit.HeUniform, recipe.Models[0].Init);
        Assert.Equal(
            RecipeWriter.Hash(recipe),
            RecipeWriter.Hash(RecipeReader.Read(RecipeWriter.Write(recipe), "again.yaml", []))
        );
        Assert.Equal(WeightInit.GlorotUniform, Read("seed: 1").Models[0].Init);
    }

    [Fact]
    public void Read_UnknownWord_NamesTheNearest() =>
        Assert.Contains(
            "Did you mean 'glorot-uniform'?",
            Assert.Throws<RecipeException>(() => Read("init: glorot")).Message,
            StringComparison.Ordinal
        );

    private static Recipe Read(string line) =>
        RecipeReader.Read(
            $"name: test\n{line}\ndata: {{ source: folder, folder: images }}\nmodels: [ {Model} ]\n",
            "test.yaml",
            []
        );
}
