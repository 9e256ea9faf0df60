namespace Pipeline.EndToEnd.Tests.BadInput;

/// <summary>
/// A recipe with a fault: the file, line and column, what was found, what was expected. Nothing is trained and nothing
/// is written.
/// </summary>
public sealed class RecipeTests : IDisposable
{
    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    /// <summary>A piece of the good recipe, what stands in its place, and what the message must say.</summary>
    public static TheoryData<string, string, string[]> Faults =>
        new()
        {
            { "epochs: 1", "epoch: 1", ["recipe.yaml, line 12, column 9", "'epoch'", "Did you mean 'epochs'?"] },
            { "threads: 1", "thread: 1", ["recipe.yaml, line 2, column 1", "'thread'", "Did you mean 'threads'?"] },
            { "resize: squash", "resise: squash", ["line 6, column 32", "'resise'", "'resize'"] },
            { "epochs: 1", "epochs: many", ["line 12, column 17", "'many'", "whole number of at least 1"] },
            { "epochs: 1", "epochs: [1]", ["line 12, column 17", "'epochs'", "a list", "whole number"] },
            { "epochs: 1", "epochs: 0", ["line 12, column 17", "'0'", "at least 1"] },
            { "epochs: 1", "epochs:", ["line 12", "'epochs'", "is empty"] },
            { "learning_rate: 1e-2", "learning_rate: -1", ["line 11", "'learning_rate'", "'-1'", "positive number"] },
            { "name: sgd", "name: sdg", ["line 11", "'sdg'", "sgd", "Did you mean 'sgd'?"] },
            { "kernel: bilinear", "kernel: bilinaer", ["line 6", "'bilinaer'", "Did you mean 'bilinear'?"] },
            { "                epochs: 1", "", ["line 10, column 9", "lacks 'epochs'"] },
            {
                "data: { source: folder, folder: images }",
                "data: images",
                ["line 3, column 7", "'data'", "'images'", "mapping"]
            },
            { "source: folder, folder: images", "source: folder", ["line 3", "lacks 'folder'"] },
            { "folder: images }", "folder: images, classes: [cat] }", ["line 3", "at least 2 classes", "'cat'"] },
            { "folder: images }", "folder: images, classes: [cat, Cat] }", ["line 3", "'cat'", "'Cat'", "case"] },
            { "name: tiny", "name: cache", ["recipe.yaml, line 1, column 7", "'cache'", "reserved"] },
            { "name: tiny", "name: ../tiny", ["line 1, column 7", "'../tiny'", "letters, digits"] },
            { "name: tiny", "name: tiny\npublish: large", ["line 2, column 10", "'large'", "small"] },
            { "name: tiny", "name: tiny\nseed: 1\nseed: 2", ["recipe.yaml, line 3", "'seed'", "twice"] },
            { "name: tiny", "name: [tiny", ["recipe.yaml, line 1", "not closed"] },
            { "name: tiny", "name: tiny\n\tseed: 1", ["recipe.yaml, line 1", "YAML", "tab"] },
            { "name: small-cnn", "name: smal-cnn", ["line 7, column 23", "'smal-cnn'", "Did you mean 'small-cnn'?"] },
            {
                "name: small-cnn",
                "name: mobilenet-v2, weights: nsfjws",
                ["line 7", "'nsfjws'", "Did you mean 'nsfwjs'?"]
            },
            { "name: small-cnn", "name: small-cnn, weights: nsfwjs", ["line 7", "mobilenet-v2", "'small-cnn'"] },
            {
                "name: small-cnn",
                "name: mobilenet-v2, cut: block_13_expnd_relu",
                ["line 7", "'block_13_expnd_relu'", "Did you mean 'block_13_expand_relu'?"]
            },
            { "train: all", "train: { from: conv9 }", ["line 10", "'conv9'", "conv1, conv2, conv3"] },
            { "train: all", "train: { last: 13 }", ["line 10", "13 layers", "has 12"] },
            { "train: all", "train: some", ["line 10", "'some'", "head, all"] },
            { "[flatten, { dense: classes }]", "[flatten, { dense: 7 }]", ["line 8", "dense: classes"] },
            {
                "[flatten, { dense: classes }]",
                "[flaten, { dense: classes }]",
                ["line 8", "'flaten'", "Did you mean 'flatten'?"]
            },
            { "[flatten, { dense: classes }]", "[{ dense: classes }]", ["line 8", "flatten"] },
            { "size: 32", "size: 4", ["line 6", "small-cnn"] },
            { "size: 32", "size: [16, 16, 3]", ["line 6", "[height, width]"] },
        };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Recipe_WithAFault_NamesThePlaceAndTheRemedy(string good, string bad, string[] expected)
    {
        workspace.WithImages().WithRecipe(good.Trim(), bad);

        Outcome outcome = await workspace.TrainAsync();

        MessageAssert.IsOneMessage(outcome, 2, expected);
        Assert.False(Directory.Exists(workspace["artifacts"]));
    }

    [Theory]
    [InlineData("epochs=2", "has no key 'epochs'")]
    [InlineData("models.small.phases.0.epochs=few", "'few'", "whole number")]
    [InlineData("models.small.phases.0.epoch=2", "'epoch'", "Did you mean 'epochs'?")]
    [InlineData("models.large.seed=2", "no item 'large'", "small")]
    [InlineData("models.small.phases.1.epochs=2", "no item '1'", "0 to 0")]
    [InlineData("name.x=2", "'tiny'", "has no 'x'")]
    [InlineData("seed", "expected key=value")]
    [InlineData("seed=[", "no valid YAML")]
    [InlineData("models.small.backbone.name=resnet", "'resnet'", "small-cnn")]
    public async Task Set_WithABadPathOrValue_QuotesIt(string change, params string[] expected)
    {
        workspace.WithImages().WithRecipe();

        Outcome outcome = await workspace.TrainAsync("--set", change);

        MessageAssert.IsOneMessage(outcome, 2, [$"--set '{change}'", .. expected]);
        Assert.False(Directory.Exists(workspace["artifacts"]));
    }

    [Theory]
    [InlineData("", "recipe.yaml", "name:")]
    [InlineData("- tiny", "recipe.yaml", "name:")]
    [InlineData("name: tiny\n---\nname: tiny", "recipe.yaml", "one YAML mapping")]
    public async Task Recipe_ThatIsNoMapping_IsRefused(string text, params string[] expected)
    {
        workspace.WithRecipe(text);

        MessageAssert.IsOneMessage(await workspace.TrainAsync(), 2, expected);
    }

    [Fact]
    public async Task Recipe_ThatIsNotThere_IsRefused()
    {
        MessageAssert.IsOneMessage(await workspace.TrainAsync(), 2, ["'recipe.yaml'", "does not exist", "recipes/"]);
    }

    [Fact]
    public async Task Recipe_ThatIsAFolder_IsRefused()
    {
        Directory.CreateDirectory(workspace["recipe.yaml"]);

        MessageAssert.IsOneMessage(await workspace.TrainAsync(), 2, ["'recipe.yaml'", "folder"]);
    }
}
