using Pipeline.Core.Errors;
using Pipeline.Networks.Graph;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Recipes.Reading;

namespace Pipeline.Trainer.Tests.Recipes;

/// <summary>Backbones of one's own, heads and what of them is trained, as recipes say them.</summary>
public sealed class ModelReaderTests
{
    private const string Usual = "backbone: { name: resnet-18 }";
    private const string Train = "train: all, optimizer: { name: adam }, epochs: 1";

    [Theory]
    [InlineData(
        "backbone: { layers: [{ conv: 8, kernel: 1x5, stride: 2, bias: false, activation: none }, batch_norm, "
            + "{ activation: relu6 }, { max_pool: 2 }] }\nhead: [flatten, sigmoid_unit]",
        Train
    )]
    [InlineData(Usual + "\nhead: pretrained\nclasses: { group: { cat: 281-285, dog: 151-268+999 } }", "train: none")]
    [InlineData(
        Usual
            + "\nhead: [{ conv: 32, kernel: 2, padding: valid }, flatten, { dense: 16, activation: tanh }, { dense: "
            + "classes }]",
        "train: { layers: [head, \"layer4.1.*\"] }, optimizer: { name: adam }, epochs: 1"
    )]
    [InlineData(Usual + "\nreject: { accuracy: 0.95 }", Train)]
    [InlineData(Usual + "\ncalibration: none", Train)]
    [InlineData(Usual, Train + ", block_rates: { decay: 0.8, factors: { layer4: 0.1, stem: 0 } }")]
    public void Write_ReadBack_GivesTheSameRecipe(string model, string phase)
    {
        Recipe recipe = Read(model, phase);

        string written = RecipeWriter.Write(recipe);

        Recipe again = RecipeReader.Read(written, "again.yaml", []);
        Assert.Equal(written, RecipeWriter.Write(again));
        string[] labels = ["cat", "dog"];
        Assert.Equal(recipe.Models[0].Network(labels).ToJson(), again.Models[0].Network(labels).ToJson());
    }

    [Fact]
    public void Read_ARejectOption_IsTheAccuracyToReach()
    {
        Assert.Equal(0.95, Read(Usual + "\nreject: { accuracy: 0.95 }", Train).Models[0].RejectAccuracy);
        Assert.Null(Read(Usual, Train).Models[0].RejectAccuracy);
    }

    [Fact]
    public void Read_Calibration_IsATemperatureUnlessSwitchedOff()
    {
        Assert.Equal(ScoreCalibration.Temperature, Read(Usual, Train).Models[0].Calibration);
        Recipe without = Read(Usual + "\ncalibration: none", Train);
        Assert.Equal(ScoreCalibration.None, without.Models[0].Calibration);
        Recipe again = RecipeReader.Read(RecipeWriter.Write(without), "again.yaml", []);
        Assert.Equal(ScoreCalibration.None, again.Models[0].Calibration);
    }

    [Fact]
    public void Read_CalibrationAtTheTop_IsInheritedAlsoByAModelThatStartsFromAnother()
    {
        const string text = """
            name: test
            calibration: none
            precision: bf16
            data: { source: folder, folder: images }
            models:
              - name: first
                preprocessing: { size: 64, resize: squash, kernel: bicubic, scale: 1/255 }
                backbone: { name: small-cnn }
                phases: [{ train: all, optimizer: { name: adam }, epochs: 1 }]
              - name: second
                from: first
                phases: [{ train: all, optimizer: { name: adam }, epochs: 1 }]
            """;

        Recipe recipe = RecipeReader.Read(text, "test.yaml", []);

        Assert.All(recipe.Models, model => Assert.Equal(ScoreCalibration.None, model.Calibration));
        Assert.All(recipe.Models, model => Assert.Equal(PrecisionMode.Bf16, model.Phases[0].Precision));
    }

    [Fact]
    public void Network_ClassGroups_AreInTheOrderOfTheLabels()
    {
        Recipe recipe = Read(
            Usual + "\nhead: pretrained\nclasses: { group: { dog: 151-268, cat: 281-285 } }",
            "train: none"
        );

        var grouping = (GroupClasses)recipe.Models[0].Network(["cat", "dog"]).Build().Output.Operation;

        Assert.Equal([281, 282, 283, 284, 285], grouping.Groups[0]);
        Assert.Equal(118, grouping.Groups[1].Count);
    }

    [Theory]
    [InlineData("bird", "no group for class 'bird'")]
    [InlineData("cat", "has a group 'dog', which is no class of the data")]
    public void Network_LabelsWithoutGroup_AreRefused(string second, string expected)
    {
        Recipe recipe = Read(
            Usual + "\nhead: pretrained\nclasses: { group: { cat: 281-285, dog: 151-268 } }",
            "train: none"
        );
        string[] labels = second == "bird" ? ["cat", "dog", second] : [second];

        RecipeException error = Assert.Throws<RecipeException>(() => recipe.Models[0].Network(labels));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Usual + "\nclasses: { group: { cat: 1, dog: 2 } }", Train, "line 7", "say 'head: pretrained'")]
    [InlineData(
        Usual + "\nhead: pretrained\nclasses: { group: { cat: 281-1285, dog: 2 } }",
        Train,
        "line 8",
        "class 1000 is outside 0 to 999"
    )]
    [InlineData(
        Usual + "\nhead: pretrained\nclasses: { group: { cat: tabby, dog: 2 } }",
        Train,
        "line 8",
        "'tabby' names no group of classes"
    )]
    [InlineData(
        "backbone: { name: resnet-18, cut: layer3 }\nhead: pretrained",
        Train,
        "line 6",
        "keeps a whole network of the catalog"
    )]
    [InlineData("backbone: { name: small-cnn }\nhead: pretrained", Train, "line 7", "has no classifier of its own")]
    [InlineData(
        "backbone: { name: vgg-16, replace_head: true }\nhead: pretrained",
        Train,
        "line 7",
        "Remove one of them."
    )]
    [InlineData("backbone: { layers: [{ conv: 8 }, { dens: 3 }] }", Train, "line 6", "Did you mean 'dense'?")]
    [InlineData("backbone: { layers: [{ conv: 8 }, flatten, { conv: 3 }] }", Train, "line 6", "Conv2d expects a map")]
    [InlineData("backbone: { layers: [] }", Train, "line 6", "'layers' is empty")]
    [InlineData(Usual + "\ncalibration: platt", Train, "line 7", "temperature")]
    [InlineData("backbone: { layers: [flatten, { dense: classes }] }", Train, "line 6", "belongs into 'head:'")]
    [InlineData("backbone: { name: resnet-18, layers: [{ conv: 8 }] }", Train, "line 6", "has no key 'name'")]
    [InlineData("backbone: { name: resnet-18, cut: layer5 }", Train, "line 6", "Did you mean 'layer1'?")]
    [InlineData("backbone: { name: inception-v3 }", Train, "line 5", "its smallest square is 75x75")]
    [InlineData(
        Usual,
        "train: { layers: [layer9] }, optimizer: { name: adam }, epochs: 1",
        "line 8",
        "'layers' names 'layer9'"
    )]
    [InlineData(Usual, Train + ", block_rates: { factors: { layer9: 1 } }", "line 8", "'block_rates' names 'layer9'")]
    [InlineData(Usual, Train + ", block_rates: { decay: 2 }", "line 8", "expected a number above 0 and up to 1")]
    [InlineData(Usual, "train: none, epochs: 2", "line 8", "a whole number from 1 to 1")]
    [InlineData(Usual, "train: none, optimizer: { name: adam }", "line 8", "has no key 'optimizer'")]
    public void Read_UnfitModel_SaysLineAndRemedy(string model, string phase, string line, string expected)
    {
        RecipeException error = Assert.Throws<RecipeException>(() => Read(model, phase));

        Assert.Contains($"test.yaml, {line},", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    private static Recipe Read(string model, string phase) =>
        RecipeReader.Read(
            $"""
            name: test
            data: {"{ source: folder, folder: images }"}
            models:
              - name: model
                preprocessing: {"{ size: 64, resize: squash, kernel: bicubic, scale: 1/255 }"}
                {model.Replace("\n", "\n    ", StringComparison.Ordinal)}
                phases:
                  - {"{ " + phase + " }"}
            """,
            "test.yaml",
            []
        );
}
