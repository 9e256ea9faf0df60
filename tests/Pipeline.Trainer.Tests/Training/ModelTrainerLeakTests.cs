using Pipeline.Testing;
using Pipeline.Torch;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Recipes.Reading;
using Pipeline.Trainer.Runs;
using Pipeline.Trainer.Training;

namespace Pipeline.Trainer.Tests.Training;

/// <summary>No epoch leaves a tensor behind; the base class checks the same for the end.</summary>
public sealed class ModelTrainerLeakTests : TorchTest
{
    private const string Phases = """
        name: leak
        precision: fp32
        threads: 1
        data: { source: folder, folder: images }
        models:
          - name: a
            preprocessing: { size: 16, resize: squash, kernel: bilinear, scale: 1/255 }
            backbone: { name: small-cnn, batch_norm: re-estimate }
            head: [global_average_pool, standardize, { dropout: 0.2 }, { dense: classes }]
            phases:
              - { train: head, optimizer: { name: adam, learning_rate: 0.01 }, epochs: 3 }
              - { train: all, optimizer: { name: sgd, learning_rate: 0.01, momentum: 0.9 }, epochs: 3, batch_size: 5,
                  augmentation: { horizontal_flip: true, rotation_degrees: 10 } }
        """;

    [Fact]
    public void Run_EveryEpochOfAPhase_EndsWithAsManyTensors()
    {
        using var folder = new TemporaryFolder();
        DatasetSplits data = TestImages.Of(folder);
        Recipe recipe = RecipeReader.Read(Phases, "leak.yaml", []);
        using var trainer = new ModelTrainer(
            recipe.Models[0],
            new ModelFolder(folder["model"]),
            from: null,
            TestImages.Context(recipe, data, folder),
            CancellationToken.None
        );

        var live = new List<(int Phase, long Tensors)>();
        foreach (EpochFinished epoch in trainer.Run(CancellationToken.None))
        {
            live.Add((epoch.Report.Phase, TorchRuntime.LiveTensors));
        }

        Assert.Equal(6, live.Count);
        Assert.All(
            live.GroupBy(item => item.Phase),
            phase => Assert.Single(phase.Select(item => item.Tensors).Distinct())
        );
    }
}
