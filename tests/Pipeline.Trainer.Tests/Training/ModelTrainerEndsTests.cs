using Pipeline.Core.Errors;
using Pipeline.Core.Files;
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

/// <summary>
/// How a training ends before its last epoch: a time budget, a loss that runs away, states that are not its own,
/// classes without images.
/// </summary>
public sealed class ModelTrainerEndsTests : TorchTest
{
    private const string KeepLast = ", keep: last, early_stopping: { monitor: val_accuracy, patience: 6 }";

    private const string Text = """
        name: ends
        precision: fp32
        threads: 1
        data: { source: folder, folder: images }
        models:
          - name: a
            preprocessing: { size: 16, resize: squash, kernel: bilinear, scale: 1/255 }
            backbone: { layers: [{ conv: 4 }, { max_pool: 2 }] }
            head: [flatten, { dense: classes }]
            phases:
              - { train: all, optimizer: { name: sgd, learning_rate: 0.1 }, epochs: 6, batch_size: 7MORE }
        """;

    [Fact]
    public void Run_TimeBudget_EndsAfterTheEpochThatCrossesIt()
    {
        using var folder = new TemporaryFolder();
        using ModelTrainer trainer = Trainer(folder, ", time_budget_minutes: 1", new CountingClock());

        EpochFinished[] epochs = [.. trainer.Run(CancellationToken.None)];

        Assert.Equal(2, epochs.Length); // 40 seconds each
        trainer.SaveCheckpoints();
        Assert.True(File.Exists(new ModelFolder(folder["model"]).BestCheckpoint));
    }

    [Fact]
    public void Run_TimeBudgetOfAResumedPhase_CountsWhatWasUsedBefore()
    {
        using var folder = new TemporaryFolder();
        using (ModelTrainer first = Trainer(folder, ", time_budget_minutes: 1", new CountingClock()))
        {
            // the state says one epoch: the second was not recorded
            Assert.Equal(2, first.Run(CancellationToken.None).Take(2).Count());
        }

        using ModelTrainer second = Trainer(folder, ", time_budget_minutes: 1", new CountingClock());

        Assert.Equal(2, Assert.Single(second.Run(CancellationToken.None)).Report.Epoch);
        using ModelTrainer third = Trainer(folder, ", time_budget_minutes: 1", new CountingClock());
        Assert.Empty(third.Run(CancellationToken.None));
    }

    [Fact]
    public void Run_NoTimeBudget_TakesAnyTime()
    {
        using var folder = new TemporaryFolder();
        using ModelTrainer trainer = Trainer(folder, string.Empty, new CountingClock());

        Assert.Equal(6, trainer.Run(CancellationToken.None).Count());
    }

    [Fact]
    public void Run_KeepLast_EndsWithTheLastEpochThoughAnotherWasBetter()
    {
        using var folder = new TemporaryFolder();
        using ModelTrainer trainer = Trainer(folder, KeepLast, TimeProvider.System);

        EpochFinished[] epochs = [.. trainer.Run(CancellationToken.None)];
        Checkpoint checkpoint = trainer.SaveCheckpoints();

        Assert.False(epochs[^1].Report.IsBest);
        Assert.Equal(epochs[^1].Report.ValLoss, checkpoint.Contract.Metrics["valLoss"]);
        var files = new ModelFolder(folder["model"]);
        Assert.Equal(File.ReadAllBytes(files.LastCheckpoint), File.ReadAllBytes(files.BestCheckpoint));
    }

    [Fact]
    public void Run_KeepLastOfAResumedPhase_EndsWithTheSameBytes()
    {
        using var whole = new TemporaryFolder();
        using (ModelTrainer trainer = Trainer(whole, KeepLast, TimeProvider.System))
        {
            Assert.Equal(6, trainer.Run(CancellationToken.None).Count());
            trainer.SaveCheckpoints();
        }

        using var cut = new TemporaryFolder();
        using (ModelTrainer first = Trainer(cut, KeepLast, TimeProvider.System))
        {
            Assert.Equal(6, first.Run(CancellationToken.None).Take(6).Count()); // the sixth was not recorded
        }

        using (ModelTrainer second = Trainer(cut, KeepLast, TimeProvider.System))
        {
            Assert.Single(second.Run(CancellationToken.None));
        }

        // Nothing is left to train: what is kept comes from the state
        using ModelTrainer third = Trainer(cut, KeepLast, TimeProvider.System);
        Assert.Empty(third.Run(CancellationToken.None));
        third.SaveCheckpoints();

        Assert.Equal(
            File.ReadAllBytes(new ModelFolder(whole["model"]).BestCheckpoint),
            File.ReadAllBytes(new ModelFolder(cut["model"]).BestCheckpoint)
        );
    }

    [Fact]
    public void Run_RateThatDiverges_SaysStepRateAndWhatIsKept()
    {
        using var folder = new TemporaryFolder();
        using ModelTrainer trainer = Trainer(
            folder,
            ", schedule: { name: step, every_epochs: 1, factor: 1 }",
            TimeProvider.System,
            "learning_rate: 1e38"
        );

        TrainingException error = Assert.Throws<TrainingException>(() => trainer.Run(CancellationToken.None).Count());

        Assert.Contains(
            "Model 'a', phase 1, epoch 1, step 2: the loss became",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "at learning rate 1E+38. Use a smaller learning rate (pipeline-train lr-find suggests one)",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.EndsWith("No epoch of this phase was finished.", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(new ModelFolder(folder["model"]).State));
    }

    [Fact]
    public void Constructor_StateOfAnotherNetwork_IsRefused()
    {
        using var folder = new TemporaryFolder();
        using (ModelTrainer first = Trainer(folder, string.Empty, TimeProvider.System))
        {
            Assert.Equal(2, first.Run(CancellationToken.None).Take(2).Count());
        }

        CheckpointException error = Assert.Throws<CheckpointException>(() =>
            Trainer(folder, string.Empty, TimeProvider.System, "learning_rate: 0.1", "{ conv: 5 }")
        );

        Assert.Contains("conv.weight", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_StateOfAnotherVersion_IsRefused()
    {
        using var folder = new TemporaryFolder();
        var path = new ModelFolder(folder["model"]).PhaseStart;
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? folder.Path);
        AtomicFile.Write(
            path,
            new SafetensorsFile(
                new WeightSet([TensorData.FromFloat32("a", [1], [1])]),
                new Dictionary<string, string> { ["format"] = "0" }
            ).Write
        );

        CheckpointException error = Assert.Throws<CheckpointException>(() =>
            Trainer(folder, string.Empty, TimeProvider.System)
        );

        Assert.Contains(
            "is not one of this version. Train again with --force.",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Constructor_WeightsForAClassWithoutImages_IsRefused()
    {
        using var folder = new TemporaryFolder();
        TestImages.WriteFolder(folder, ["train", "validation"], 14);
        Recipe recipe = Read(", loss: { class_weights: balanced }");
        DatasetSplits data = ImageFolder.Scan(folder["images"], new DataRecipe { Source = DataSource.Folder });
        DatasetSplits half = data with { Train = [.. data.Train.Where(sample => sample.ClassIndex == 0)] };

        DatasetException error = Assert.Throws<DatasetException>(() =>
            new ModelTrainer(
                recipe.Models[0],
                new ModelFolder(folder["model"]),
                from: null,
                TestImages.Context(recipe, half, folder),
                CancellationToken.None
            )
        );

        Assert.Equal(
            "Model 'a' asks for class_weights: balanced, and there is no training image of: odd. Add images, "
                + "leave these classes out with data.classes, or remove class_weights.",
            error.Message
        );
    }

    [Fact]
    public void Constructor_LastBatchOfOneImageWhereBatchNormHasOneValue_IsRefused()
    {
        using var folder = new TemporaryFolder();

        DatasetException error = Assert.Throws<DatasetException>(() =>
            Trainer(
                folder,
                string.Empty,
                TimeProvider.System,
                head: "[{ max_pool: 8 }, batch_norm, flatten, { dense: classes }]",
                batchSize: 13
            )
        );

        Assert.StartsWith(
            "Model 'a', phase 1: of 14 training images in batches of 13 one is left over, and batch-norm layer 'head.",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.EndsWith(
            "' has one value per image, which has no deviation. Use a batch_size of 14, or batch_norm: frozen.",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Run_LastBatchOfOneImageOtherwise_IsTrainedOn()
    {
        using var folder = new TemporaryFolder();
        using ModelTrainer trainer = Trainer(
            folder,
            string.Empty,
            TimeProvider.System,
            head: "[batch_norm, flatten, { dense: classes }]",
            batchSize: 13
        );

        Assert.All(trainer.Run(CancellationToken.None), epoch => Assert.True(double.IsFinite(epoch.Report.ValLoss)));
    }

    [Fact]
    public void FindLearningRate_SmallNetwork_SweepsAndLeavesNoFile()
    {
        using var folder = new TemporaryFolder();
        using ModelTrainer trainer = Trainer(folder, string.Empty, TimeProvider.System);

        RateSweep sweep = trainer.FindLearningRate(1, new RateRange(1e-5, 1e4, 40), CancellationToken.None);

        Assert.InRange(sweep.Points.Count, 10, 39); // the loss runs away before the last rate
        Assert.Equal(1e-5, sweep.Points[0].LearningRate, 1e-12);
        Assert.All(
            sweep.Points.Skip(1).Zip(sweep.Points),
            pair => Assert.True(pair.First.LearningRate > pair.Second.LearningRate)
        );
        Assert.False(Directory.Exists(folder["model"]));
    }

    [Fact]
    public void FindLearningRate_SameSeed_GivesTheSameNumbers()
    {
        using var folder = new TemporaryFolder();
        using ModelTrainer first = Trainer(folder, string.Empty, TimeProvider.System);
        using ModelTrainer second = Trainer(folder, string.Empty, TimeProvider.System);

        Assert.Equal(
            first.FindLearningRate(1, new RateRange(1e-5, 1e-2, 20), CancellationToken.None).Points,
            second.FindLearningRate(1, new RateRange(1e-5, 1e-2, 20), CancellationToken.None).Points
        );
    }

    [Fact]
    public void FindLearningRate_ClassWeights_CountInTheLoss()
    {
        double plain = FirstLossOfASweep(string.Empty);

        double weighted = FirstLossOfASweep(", loss: { class_weights: balanced }");

        Assert.True(Math.Abs(plain - weighted) > 1e-3, $"both {plain}");
    }

    /// <summary>With one image of the second class.</summary>
    private static double FirstLossOfASweep(string more)
    {
        using var folder = new TemporaryFolder();
        TestImages.WriteFolder(folder, ["train", "validation"], 14);
        Recipe recipe = Read(more, batchSize: 14);
        DatasetSplits data = ImageFolder.Scan(folder["images"], new DataRecipe { Source = DataSource.Folder });
        DatasetSplits uneven = data with
        {
            Train =
            [
                .. data.Train.Where(sample => sample.ClassIndex == 0),
                data.Train.First(sample => sample.ClassIndex == 1),
            ],
        };
        using var trainer = new ModelTrainer(
            recipe.Models[0],
            new ModelFolder(folder["model"]),
            from: null,
            TestImages.Context(recipe, uneven, folder),
            CancellationToken.None
        );
        return trainer.FindLearningRate(1, new RateRange(1e-5, 1e-4, 20), CancellationToken.None).Points[0].Loss;
    }

    private static Recipe Read(
        string more,
        string rate = "learning_rate: 0.1",
        string convolution = "{ conv: 4 }",
        string head = "[flatten, { dense: classes }]",
        int batchSize = 7
    ) =>
        RecipeReader.Read(
            Text.Replace("7MORE", FormattableString.Invariant($"{batchSize}{more}"), StringComparison.Ordinal)
                .Replace("learning_rate: 0.1", rate, StringComparison.Ordinal)
                .Replace("{ conv: 4 }", convolution, StringComparison.Ordinal)
                .Replace("[flatten, { dense: classes }]", head, StringComparison.Ordinal),
            "ends.yaml",
            []
        );

    private static ModelTrainer Trainer(
        TemporaryFolder folder,
        string more,
        TimeProvider clock,
        string rate = "learning_rate: 0.1",
        string convolution = "{ conv: 4 }",
        string head = "[flatten, { dense: classes }]",
        int batchSize = 7
    )
    {
        if (!Directory.Exists(folder["images"]))
        {
            TestImages.WriteFolder(folder, ["train", "validation"], 14);
        }

        Recipe recipe = Read(more, rate, convolution, head, batchSize);
        DatasetSplits data = ImageFolder.Scan(folder["images"], new DataRecipe { Source = DataSource.Folder });
        return new ModelTrainer(
            recipe.Models[0],
            new ModelFolder(folder["model"]),
            from: null,
            TestImages.Context(recipe, data, folder) with
            {
                Clock = clock,
            },
            CancellationToken.None
        );
    }

    /// <summary>Ten seconds later each time somebody looks.</summary>
    private sealed class CountingClock : TimeProvider
    {
        private long ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => ticks += 10 * TimeSpan.TicksPerSecond;
    }
}
