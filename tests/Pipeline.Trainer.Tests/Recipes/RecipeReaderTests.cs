using Pipeline.Core.Errors;
using Pipeline.Testing;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Recipes.Reading;

namespace Pipeline.Trainer.Tests.Recipes;

public sealed class RecipeReaderTests
{
    private const string Small = """
        name: tiny
        data: { source: cifar-10, classes: [cat, dog], split: { train: 10, validation: 5, test: 5 } }
        models:
          - name: a
            preprocessing: { size: 32, resize: squash, kernel: bicubic, scale: 1/255 }
            backbone: { name: small-cnn }
            phases:
              - { train: all, optimizer: { name: adam, learning_rate: 1e-3 }, epochs: 2 }
        """;

    public static TheoryData<string> Shipped =>
        [
            .. Directory
                .EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "recipes"), "*.yaml")
                .Select(path => Path.GetFileName(path)),
        ];

    [Theory]
    [MemberData(nameof(Shipped))]
    public void Read_ShippedRecipe_WritesBackToTheSame(string file)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "recipes", file);
        using var earlierRun = new TemporaryFolder();
        string[] overrides = File.ReadAllText(path).Contains("run:artifacts", StringComparison.Ordinal)
            ? [$"models.0.backbone.weights=run:{WeightsRecipeTests.SaveCheckpoint(earlierRun)}"]
            : [];
        Recipe recipe = RecipeReader.Read(path, overrides);

        string written = RecipeWriter.Write(recipe);
        Recipe again = RecipeReader.Read(written, "resolved.yaml", []);

        Assert.Equal(written, RecipeWriter.Write(again));
        Assert.Equal(RecipeWriter.Hash(recipe), RecipeWriter.Hash(again));
    }

    [Fact]
    public void Read_Fraction_IsDivided()
    {
        Recipe recipe = Read(Small);

        Assert.Equal(1 / 255.0, recipe.Models[0].Preprocessing.Scale);
    }

    [Theory]
    [InlineData("epochs: 2", "epoch: 2", "line 8", "Did you mean 'epochs'?")]
    [InlineData("learning_rate: 1e-3", "learning_rat: 1e-3", "line 8", "Did you mean 'learning_rate'?")]
    [InlineData("{ name: small-cnn }", "{ name: small-cnn, wieghts: nsfwjs }", "line 6", "Did you mean 'weights'?")]
    [InlineData("kernel: bicubic", "kernel: bicubik", "line 5", "Did you mean 'bicubic'?")]
    [InlineData(
        "epochs: 2",
        "epochs: many",
        "line 8",
        "'epochs' in the phase is 'many', expected a whole number of at least 1"
    )]
    [InlineData("size: 32", "size: [32]", "line 5", "one number or [height, width]")]
    [InlineData(
        "train: all",
        "train: everything",
        "line 8",
        "none, head, all, { last: n }, { from: block } or { layers: [names] }"
    )]
    [InlineData("name: tiny", "name: tiny/er", "line 1", "becomes a folder")]
    [InlineData("epochs: 2", "epochs: 2, early_stopping: { patience: 0 }", "line 8", "at least 1")]
    public void Read_BadValue_SaysLineAndRemedy(string good, string bad, string line, string expected)
    {
        RecipeException error = Assert.Throws<RecipeException>(() =>
            Read(Small.Replace(good, bad, StringComparison.Ordinal))
        );

        Assert.Contains(line, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TopLevelField_IsInherited()
    {
        string text = Small
            .Replace("name: tiny", "name: tiny\nbackbone: { name: small-cnn }", StringComparison.Ordinal)
            .Replace("    backbone: { name: small-cnn }\n", string.Empty, StringComparison.Ordinal);

        Recipe recipe = Read(text);

        Assert.Equal("small-cnn", recipe.Models[0].Backbone.Name);
    }

    [Theory]
    [InlineData("seed=7")]
    [InlineData("models.0.phases.0.epochs=7")]
    [InlineData("models.a.phases.0.epochs=7")]
    public void Read_Override_ChangesOneValue(string change)
    {
        Recipe recipe = RecipeReader.Read(Small, "r.yaml", [change]);

        Assert.Equal(
            7,
            change.StartsWith("seed", StringComparison.Ordinal) ? recipe.Seed : recipe.Models[0].Phases[0].Epochs
        );
    }

    [Theory]
    [InlineData("seed")]
    [InlineData("models.b.phases.0.epochs=7")]
    public void Read_OverrideThatLeadsNowhere_IsRefused(string change)
    {
        Assert.Throws<RecipeException>(() => RecipeReader.Read(Small, "r.yaml", [change]));
    }

    [Fact]
    public void Read_ModelFromALaterOne_IsRefused()
    {
        string text = Small.Replace(
            "    preprocessing: { size: 32, resize: squash, kernel: bicubic, scale: 1/255 }\n    backbone: { name: "
                + "small-cnn }",
            "    from: b",
            StringComparison.Ordinal
        );

        RecipeException error = Assert.Throws<RecipeException>(() => Read(text));

        Assert.Contains("no earlier model", error.Message, StringComparison.Ordinal);
    }

    private static Recipe Read(string text) => RecipeReader.Read(text, "r.yaml", []);
}
