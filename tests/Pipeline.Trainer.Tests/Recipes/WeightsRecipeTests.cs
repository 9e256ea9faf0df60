using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Checkpoints;
using Pipeline.Networks.Heads;
using Pipeline.Testing;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Recipes.Reading;
using Pipeline.Trainer.Training;

namespace Pipeline.Trainer.Tests.Recipes;

/// <summary>What <c>backbone.weights</c> brings into a recipe.</summary>
public sealed class WeightsRecipeTests
{
    [Fact]
    public void Read_NoPreprocessing_IsTheWeights()
    {
        Preprocessing preprocessing = Model("backbone: { name: vgg-16, weights: keras }").Preprocessing;

        Assert.Equal(
            (ChannelOrder.Bgr, 1.0, new ImageSize(224, 224), ResizeMode.FitCrop),
            (preprocessing.ChannelOrder, preprocessing.Scale, preprocessing.Size, preprocessing.Resize)
        );
        Assert.Equal([103.939, 116.779, 123.68], preprocessing.Mean);
    }

    [Fact]
    public void Read_SizeOnly_KeepsTheRangeOfTheWeights()
    {
        Preprocessing preprocessing = Model(
            "backbone: { name: vgg-16, weights: imagenet1k-v1 }",
            "preprocessing: { size: 64, resize: squash }"
        ).Preprocessing;

        Assert.Equal(
            (new ImageSize(64, 64), ResizeMode.Squash, ResizeKernel.Bilinear),
            (preprocessing.Size, preprocessing.Resize, preprocessing.Kernel)
        );
        Assert.Equal([0.485, 0.456, 0.406], preprocessing.Mean);
        Assert.Equal([0.229, 0.224, 0.225], preprocessing.Std);
    }

    [Fact]
    public void Read_OwnScale_MeansAnOwnRange()
    {
        Preprocessing preprocessing = Model(
            "backbone: { name: vgg-16, weights: keras }",
            "preprocessing: { scale: 1/255 }"
        ).Preprocessing;

        Assert.Equal((ChannelOrder.Rgb, 1.0 / 255), (preprocessing.ChannelOrder, preprocessing.Scale));
        Assert.Equal([0.0, 0, 0], preprocessing.Mean);
    }

    [Fact]
    public void Write_ResolvedRecipe_SpellsThePreprocessingOut()
    {
        string text = RecipeWriter.Write(
            Read("backbone: { name: vgg-16, weights: keras, replace_head: true }", string.Empty)
        );

        Assert.Contains("channel_order: bgr", text, StringComparison.Ordinal);
        Assert.Contains("mean: [103.939, 116.779, 123.68]", text, StringComparison.Ordinal);
        Assert.Contains("replace_head: true", text, StringComparison.Ordinal);
        Assert.Equal(text, RecipeWriter.Write(RecipeReader.Read(text, "resolved.yaml", [])));
    }

    [Theory]
    [InlineData("preprocessing: { scale: 1/255 }", "keep", true)]
    // measured again: a shift and a scale are taken up
    [InlineData("preprocessing: { scale: 1/255 }", "re-estimate", false)]
    [InlineData("preprocessing: { size: 64 }", "keep", false)]
    public void Warning_ContradictingRange_IsSaid(string preprocessing, string batchNorm, bool expected)
    {
        ModelRecipe model = Model(
            $"backbone: {{ name: vgg-16, weights: imagenet1k-v1, batch_norm: {batchNorm} }}",
            preprocessing
        );

        string[] warnings = [.. InputWarning.For(model)];

        Assert.Equal(expected ? 1 : 0, warnings.Length);
        Assert.All(
            warnings,
            warning =>
                Assert.Contains(
                    "RGB scale 0.003922 mean [0, 0, 0] std [1, 1, 1], and they were trained on RGB scale 0.003922 "
                        + "mean [0.485, 0.456, 0.406]",
                    warning,
                    StringComparison.Ordinal
                )
        );
    }

    [Fact]
    public void Read_EarlierRun_BringsItsPreprocessing()
    {
        using var folder = new TemporaryFolder();
        string file = SaveCheckpoint(folder);

        Preprocessing preprocessing = Model($"backbone: {{ name: small-cnn, weights: 'run:{file}' }}").Preprocessing;

        Assert.Equal(TestNetworks.Preprocessing(32).ToJson(), preprocessing.ToJson());
    }

    [Theory]
    [InlineData("weights: imagenet", "line 6", "Did you mean 'imagenet1k-v1'?")]
    [InlineData("weights: 'run:nowhere'", "line 6", "There is no run at 'nowhere'")]
    [InlineData("weights: nowhere.pth", "line 6", "'nowhere.pth' does not exist")]
    public void Read_WeightsThatAreNotThere_AreAnErrorAtTheirLine(string weights, string line, string expected)
    {
        RecipeException error = Assert.Throws<RecipeException>(() =>
            Model(
                $"backbone: {{ name: vgg-16, {weights} }}",
                "preprocessing: { size: 64, resize: squash, kernel: bicubic, scale: 1/255 }"
            )
        );

        Assert.Contains(line, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("run:")]
    public void Read_ChangedFile_IsAnotherRecipe(string prefix)
    {
        using var folder = new TemporaryFolder();
        string backbone = $"backbone: {{ name: small-cnn, weights: '{prefix}{SaveCheckpoint(folder)}' }}";
        const string Preprocessing = "preprocessing: { size: 32, resize: squash, kernel: bicubic, scale: 1/255 }";
        Recipe before = Read(backbone, Preprocessing);
        string resolved = RecipeWriter.Write(before);
        string sameFile = RecipeWriter.Hash(Read(backbone, Preprocessing));

        SaveCheckpoint(folder, seed: 4);
        RecipeException error = Assert.Throws<RecipeException>(() => RecipeReader.Read(resolved, "resolved.yaml", []));

        Assert.Equal(RecipeWriter.Hash(before), sameFile);
        Assert.NotEqual(sameFile, RecipeWriter.Hash(Read(backbone, Preprocessing)));
        Assert.Contains(
            $"weights_sha256: {before.Models[0].Backbone.WeightsSha256}",
            resolved,
            StringComparison.Ordinal
        );
        Assert.Contains("are not those that the recipe means", error.Message, StringComparison.Ordinal);
        Assert.Contains(
            "Put the former file back, or remove 'weights_sha256'.",
            error.Message,
            StringComparison.Ordinal
        );
    }

    /// <summary>The checkpoint of an earlier run, <c>best.safetensors</c>.</summary>
    internal static string SaveCheckpoint(TemporaryFolder folder, int seed = 3)
    {
        var spec = new NetworkSpec("small-cnn", null, HeadBuilder.Default, new ImageSize(32, 32), 2);
        var contract = new ModelContract
        {
            Labels = new LabelSet(["a", "b"]),
            Preprocessing = TestNetworks.Preprocessing(32),
        };
        new Checkpoint(spec, TestNetworks.RandomWeights(spec.Build(), seed), contract).Save(folder["best.safetensors"]);
        return folder["best.safetensors"];
    }

    private static ModelRecipe Model(string backbone, string preprocessing = "") =>
        Read(backbone, preprocessing).Models[0];

    private static Recipe Read(string backbone, string preprocessing) =>
        RecipeReader.Read(
            $"""
            name: test
            threads: 1
            data: {"{ source: folder, folder: images }"}
            models:
              - name: model
                {backbone}
                {preprocessing}
                phases: [ {"{ train: head, optimizer: { name: adam, learning_rate: 1e-3 }, epochs: 1 }"} ]
            """,
            "test.yaml",
            []
        );
}
