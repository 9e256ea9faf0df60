using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Testing;
using Pipeline.Torch;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Features;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Runs;
using Pipeline.Trainer.Training;
using static TorchSharp.torch;

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
              - { train: all, optimizer: { name: sgd, learning_rate: 0.01, momentum: 0.9 }, epochs: 3, batch_size: 5, augmentation: { horizontal_flip: true, rotation_degrees: 10 } }
        """;

    [Fact]
    public void Run_EveryEpochOfAPhase_EndsWithAsManyTensors()
    {
        using var folder = new TemporaryFolder();
        WriteImages(folder);
        DatasetSplits data = ImageFolder.Scan(folder["images"], []);
        Recipe recipe = RecipeReader.Read(Phases, "leak.yaml", []);
        using var trainer = new ModelTrainer(recipe.Models[0], new ModelFolder(folder["model"]), from: null, Context(recipe, data, folder), CancellationToken.None);

        var live = new List<(int Phase, long Tensors)>();
        foreach (EpochResult epoch in trainer.Run(CancellationToken.None))
        {
            live.Add((epoch.Report.Phase, TorchRuntime.LiveTensors));
        }

        Assert.Equal(6, live.Count);
        Assert.All(live.GroupBy(item => item.Phase), phase => Assert.Single(phase.Select(item => item.Tensors).Distinct()));
    }

    private static void WriteImages(TemporaryFolder folder)
    {
        var size = new ImageSize(20, 18);
        foreach (string part in new[] { "train", "validation" })
        {
            for (int index = 0; index < 14; index++)
            {
                byte[] pixels = new byte[size.RgbBytes];
                Array.Fill(pixels, (byte)(index * 17));
                folder.Write($"images/{part}/{(index % 2 == 0 ? "even" : "odd")}/{index}.png", ImageEncoder.EncodePng(pixels, size));
            }
        }
    }

    private static TrainingContext Context(Recipe recipe, DatasetSplits data, TemporaryFolder folder) => new()
    {
        Recipe = recipe,
        Data = data,
        DataHash = "test",
        Skipped = new SkippedImages(data.Train.Count),
        Features = new FeatureCache(folder["features"]),
        PackageFolder = name => throw new InvalidOperationException(name),
        Device = CPU,
        Progress = new Silent(),
        Clock = TimeProvider.System,
        CodeVersion = "test",
    };

    private sealed class Silent : ITrainingProgress
    {
        public void Say(string text)
        {
        }

        public void Pass(string what, int done, int total)
        {
        }

        public void Step(StepProgress step)
        {
        }
    }
}
