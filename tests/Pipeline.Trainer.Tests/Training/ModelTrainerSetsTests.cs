using Pipeline.Core.Tensors;
using Pipeline.Networks.Checkpoints;
using Pipeline.Testing;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Recipes.Reading;
using Pipeline.Trainer.Runs;
using Pipeline.Trainer.Training;

namespace Pipeline.Trainer.Tests.Training;

/// <summary>What a phase changes is what its trainable set and its rates say.</summary>
public sealed class ModelTrainerSetsTests : TorchTest
{
    private const string Pretrained = """
        name: as-it-is
        precision: fp32
        threads: 1
        data: { source: folder, folder: images }
        models:
          - name: a
            preprocessing: { size: 32, resize: squash, kernel: bilinear, scale: 1/255 }
            backbone: { name: mobilenet-v3-small }
            head: pretrained
            classes: { group: { odd: 281-285, even: 151-268+999 } }
            phases: [{ train: none }]
        """;

    private const string OneStep = """
        name: sets
        precision: fp32
        threads: 1
        data: { source: folder, folder: images }
        models:
          - name: a
            preprocessing: { size: 16, resize: squash, kernel: bilinear, scale: 1/255 }
            backbone: { layers: [{ conv: 4, bias: false }, batch_norm, { max_pool: 2 }, { conv: 6 }, { max_pool: 2 }] }
            head: [flatten, { dense: 5, activation: tanh }, sigmoid_unit]
            phases:
              - TRAIN
        """;

    [Fact]
    public void Run_TrainNone_MeasuresThePretrainedClassifierOnce()
    {
        using var folder = new TemporaryFolder();
        DatasetSplits data = TestImages.Of(folder);
        Recipe recipe = RecipeReader.Read(Pretrained, "none.yaml", []);
        using var trainer = new ModelTrainer(
            recipe.Models[0],
            new ModelFolder(folder["model"]),
            from: null,
            TestImages.Context(recipe, data, folder),
            CancellationToken.None
        );
        WeightSet before = trainer.Network.ToWeights();

        EpochFinished epoch = Assert.Single(trainer.Run(CancellationToken.None));
        Checkpoint checkpoint = trainer.SaveCheckpoints();

        Assert.True(epoch.Report.IsBest);
        Assert.Equal(2, trainer.Network.Graph.Output.OutputShape.Channels);
        Assert.Empty(Changed(before, checkpoint.Weights));
        Assert.Equal(
            "pretrained: 151-268+999 | 281-285",
            Networks.Heads.HeadNotation.Write(
                Checkpoint.Load(new ModelFolder(folder["model"]).BestCheckpoint).Spec.Head[0]
            )
        ); // in the order of the labels: even, odd
    }

    [Theory]
    [InlineData("{ train: head, ", "head.dense head.dense_2")]
    [InlineData("{ train: all, ", "batch_norm conv conv_2 head.dense head.dense_2")]
    [InlineData("{ train: { last: 2 }, ", "conv_2 head.dense head.dense_2")]
    [InlineData("{ train: { from: batch_norm }, ", "batch_norm conv_2 head.dense head.dense_2")]
    [InlineData("{ train: { layers: [conv_2, \"head.*_2\"] }, ", "conv_2 head.dense_2")]
    [InlineData("{ train: all, block_rates: { factors: { conv_2: 0 } }, ", "batch_norm conv head.dense head.dense_2")]
    [InlineData(
        "{ train: all, batch_norm: frozen, block_rates: { factors: { batch_norm: 0 } }, ",
        "conv conv_2 head.dense head.dense_2"
    )]
    public void Run_OnePhase_ChangesTheNodesOfItsSetOnly(string phase, string expected)
    {
        using var folder = new TemporaryFolder();
        DatasetSplits data = TestImages.Of(folder);
        string text = OneStep.Replace(
            "TRAIN",
            phase + "optimizer: { name: sgd, learning_rate: 0.5 }, epochs: 1, batch_size: 7 }",
            StringComparison.Ordinal
        );
        Recipe recipe = RecipeReader.Read(text, "sets.yaml", []);
        using var trainer = new ModelTrainer(
            recipe.Models[0],
            new ModelFolder(folder["model"]),
            from: null,
            TestImages.Context(recipe, data, folder),
            CancellationToken.None
        );
        WeightSet before = trainer.Network.ToWeights();

        Assert.Single(trainer.Run(CancellationToken.None));

        Assert.Equal(expected, string.Join(' ', Changed(before, trainer.Network.ToWeights())));
    }

    private static IEnumerable<string> Changed(WeightSet before, WeightSet after) =>
        before
            .Where(tensor => !tensor.Bytes.Span.SequenceEqual(after[tensor.Name].Bytes.Span))
            .Select(tensor => tensor.Name[..tensor.Name.LastIndexOf('.')])
            .Distinct();
}
