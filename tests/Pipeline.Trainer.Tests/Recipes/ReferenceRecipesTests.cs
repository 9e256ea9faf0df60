using Pipeline.Core.Contracts;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;
using Pipeline.Networks.Summaries;
using Pipeline.Networks.Weights.Registry;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Recipes.Reading;

namespace Pipeline.Trainer.Tests.Recipes;

/// <summary>The reference recipes build the networks that their authors published, to the last parameter.</summary>
public sealed class ReferenceRecipesTests
{
    [Theory]
    [InlineData("fashion-mnist-vgg16", "vgg-16", 0, 10, 17_986_198, 17_986_198)]
    [InlineData("food10-vgg16", "from-scratch", 0, 10, 10_588_458, 10_588_458)]
    [InlineData("food10-vgg16", "frozen", 0, 10, 121_881_946, 107_167_258)]
    [InlineData("food10-vgg16", "fine-tuned", 0, 10, 121_881_946, 109_527_066)]
    [InlineData("cats-dogs-inceptionv3", "inception-v3", 0, 2, 23_903_010, 2_100_226)]
    [InlineData("cats-dogs-inceptionv3", "inception-v3", 1, 2, 23_903_010, 13_215_106)]
    [InlineData("traffic-lights-vgg16", "vgg-16", 0, 3, 14_913_955, 199_267)]
    [InlineData("cats-dogs-low-data", "benchmark", 0, 2, 1_212_513, 1_212_513)]
    public void Network_OfARecipe_HasThePublishedParameters(
        string file,
        string model,
        int phase,
        int classes,
        long parameters,
        long trainable
    )
    {
        ModelRecipe recipe = RecipeReader
            .Read(Path.Combine(AppContext.BaseDirectory, "recipes", $"{file}.yaml"), [])
            .Models.Single(item => item.Name == model);
        NetworkGraph graph = recipe
            .Network(new LabelSet(Enumerable.Range(0, classes).Select(index => $"class{index}")))
            .Build();
        IReadOnlySet<string> trained = TrainableNodes.Find(graph, recipe.Phases[phase].Train);

        LayerTable layers = LayerTable.Create(graph, node => trained.Contains(node.Name));

        Assert.Equal((parameters, trainable), (layers.Parameters, layers.TrainableParameters));
    }

    [Theory]
    [InlineData("fashion-mnist-vgg16", KeptEpoch.Best)] // of one epoch
    [InlineData("food10-vgg16", KeptEpoch.Best)]
    [InlineData("cats-dogs-inceptionv3", KeptEpoch.Last)]
    [InlineData("traffic-lights-vgg16", KeptEpoch.Last)]
    [InlineData("cats-dogs-low-data", KeptEpoch.Last)]
    [InlineData("cats-dogs-low-data-sweep", KeptEpoch.Last)]
    public void Phases_OfARecipe_AreInFloat32AndKeepTheEpochThatItsAuthorsKept(string file, KeptEpoch kept)
    {
        Recipe recipe = RecipeReader.Read(Path.Combine(AppContext.BaseDirectory, "recipes", $"{file}.yaml"), []);

        PhaseRecipe[] phases = [.. recipe.Models.SelectMany(model => model.Phases)];
        Assert.All(phases, phase => Assert.Equal(PrecisionMode.Fp32, phase.Precision));
        Assert.All(
            phases.Where(phase => phase.Train.Kind != TrainableKind.None),
            phase => Assert.Equal(kept, phase.Keep)
        );
    }

    [Fact]
    public void AsItIs_OfTheLowDataRecipe_KeepsTheClassifierOfAFileThatHasIt()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "recipes", "cats-dogs-low-data.yaml");

        ModelRecipe model = RecipeReader.Read(path, []).Models.Single(item => item.Name == "as-it-is");

        Assert.Equal([new PretrainedLayer(null)], model.Head);
        WeightsEntry weights = WeightsRegistry.Require(model.Backbone.Weights ?? string.Empty, model.Backbone.Name);
        Assert.DoesNotContain("notop", weights.FileName, StringComparison.Ordinal);
    }

    [Fact]
    public void FineTuning_OfTheLowDataRecipe_TrainsBlock5AndTheHead()
    {
        ModelRecipe recipe = RecipeReader
            .Read(Path.Combine(AppContext.BaseDirectory, "recipes", "cats-dogs-low-data.yaml"), [])
            .Models.Single(item => item.Name == "fine-tuned");
        NetworkGraph graph = recipe.Network(new LabelSet(["cat", "dog"])).Build();
        IReadOnlySet<string> trained = TrainableNodes.Find(graph, recipe.Phases[0].Train);

        long block5 = graph
            .Nodes.Where(node => node.Block == "block5")
            .Sum(node => node.Parameters.Sum(parameter => parameter.Count));

        Assert.Equal(7_079_424, block5);
        Assert.All(graph.Nodes.Where(node => node.Block is "block5"), node => Assert.Contains(node.Name, trained));
        Assert.DoesNotContain(graph.Nodes.Where(node => node.Block is "block4"), node => trained.Contains(node.Name));
    }

    [Fact]
    public void Sweep_OfTheLowDataRecipe_ChangesOneThingPerRow()
    {
        Recipe sweep = RecipeReader.Read(
            Path.Combine(AppContext.BaseDirectory, "recipes", "cats-dogs-low-data-sweep.yaml"),
            []
        );
        Recipe original = RecipeReader.Read(
            Path.Combine(AppContext.BaseDirectory, "recipes", "cats-dogs-low-data.yaml"),
            []
        );
        Dictionary<string, ModelRecipe> rows = sweep.Models.ToDictionary(model => model.Name);
        PhaseRecipe same = rows["fine-tuned"].Phases[0];

        Assert.Equal(
            ["bottleneck", "fine-tuned", "stronger-augmentation", "stronger-dropout", "blocks-4-and-5", "weight-decay"],
            sweep.Models.Select(model => model.Name)
        );
        Assert.Equal(original.Models.Single(model => model.Name == "fine-tuned").Phases[0], same);
        Assert.Equal(same, rows["stronger-augmentation"].Phases[0] with { Augmentation = same.Augmentation });
        Assert.Equal(same, rows["blocks-4-and-5"].Phases[0] with { Train = same.Train });
        Assert.Equal(same, rows["weight-decay"].Phases[0] with { Optimizer = same.Optimizer });
        Assert.Equal([rows["bottleneck"].Phases[0], same], rows["stronger-dropout"].Phases);
        Assert.Equal(("block4", "block5"), (rows["blocks-4-and-5"].Phases[0].Train.Block, same.Train.Block));
    }
}
