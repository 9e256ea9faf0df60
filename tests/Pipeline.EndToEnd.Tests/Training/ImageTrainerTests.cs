using Pipeline.Core.Errors;
using Pipeline.Inference.Scoring;
using Pipeline.Testing;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Recipes;
using Pipeline.Training;

namespace Pipeline.EndToEnd.Tests.Training;

/// <summary>Training from code, as an application does it that has its images elsewhere.</summary>
public sealed class ImageTrainerTests : IDisposable
{
    private const string Recipe = """
        name: colors
        threads: 1
        data: { source: application, split: { validation: 0.25, test: 0.25 } }
        models:
          - name: small
            preprocessing: { size: 16, resize: squash, kernel: bilinear, scale: 1/255 }
            backbone: { name: small-cnn }
            head: [global_average_pool, { dense: classes }]
            phases:
              - { train: all, optimizer: { name: adam, learning_rate: 0.02 }, epochs: 3, precision: fp32 }
        """;

    private readonly TemporaryFolder folder = new();

    private ImageTrainerOptions Options => new() { Artifacts = folder["artifacts"], Images = Colors(24) };

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task TrainAsync_ImagesOfTheApplication_EndsWithARunThatScores()
    {
        var updates = new List<TrainingUpdate>();

        await foreach (TrainingUpdate update in ImageTrainer.FromYaml(Recipe, Options).TrainAsync())
        {
            updates.Add(update);
        }

        RunStarted started = Assert.Single(updates.OfType<RunStarted>());
        Assert.Equal((12, 6, 6), (started.TrainImages / 3, started.ValidationImages / 3, started.TestImages / 3));
        Assert.Equal(3, updates.OfType<EpochFinished>().Count());
        Assert.True(Assert.Single(updates.OfType<ModelExported>()).Gate.Passed);
        TrainedRun run = Assert.IsType<RunFinished>(updates[^1]).Run;
        Assert.True(run.Accuracy > 0.9, $"{run.Accuracy}");
        using ImageClassifier classifier = ImageClassifier.Load(run.ModelPath);
        Assert.Equal("green", classifier.Classify(TestPictures.PngOf("green"), "green").Label);
    }

    [Fact]
    public async Task TrainAsync_CancelledOrLeftAfterAnEpoch_GoesOnAndGivesTheSameBytes()
    {
        byte[] whole = await File.ReadAllBytesAsync(
            (await ImageTrainer.FromYaml(Recipe, Options).FitAsync()).ModelPath
        );
        ImageTrainerOptions options = Options with { Artifacts = folder["other"] };
        using var stop = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (TrainingUpdate update in ImageTrainer.FromYaml(Recipe, options).TrainAsync(stop.Token))
            {
                if (update is EpochFinished)
                {
                    await stop.CancelAsync();
                }
            }
        });
        await foreach (TrainingUpdate update in ImageTrainer.FromYaml(Recipe, options).TrainAsync())
        {
            if (update is EpochFinished)
            {
                break; // the training has stopped when the loop is left
            }
        }

        var updates = new List<TrainingUpdate>();
        await foreach (TrainingUpdate update in ImageTrainer.FromYaml(Recipe, options).TrainAsync())
        {
            updates.Add(update);
        }

        Assert.True(Assert.Single(updates.OfType<RunStarted>()).IsResumed);
        Assert.InRange(updates.OfType<EpochFinished>().Count(), 0, 2);
        Assert.Equal(whole, await File.ReadAllBytesAsync(Assert.IsType<RunFinished>(updates[^1]).Run.ModelPath));
    }

    [Fact]
    public async Task FindFinished_AfterARun_IsThatRun()
    {
        var trainer = ImageTrainer.FromYaml(Recipe, Options);
        Assert.Null(trainer.FindFinished());

        TrainedRun run = await trainer.FitAsync();

        Assert.Equal(run.ModelPath, trainer.FindFinished()?.ModelPath);
        Assert.Equal(run.Accuracy, TrainedRun.Open(folder["artifacts/colors/latest"]).Accuracy);
    }

    [Fact]
    public void Constructor_RecipeThatContradictsItself_SaysWhat()
    {
        Recipe recipe = ImageTrainer.FromYaml(Recipe, Options).Recipe;

        RecipeException error = Assert.Throws<RecipeException>(() =>
            new ImageTrainer(recipe with { Publish = "another" })
        );

        Assert.Contains("'publish' names model 'another'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.png", "a.png", "two images 'a.png'")]
    [InlineData("a.png", "../b.png", "cannot be a file's name")]
    public async Task TrainAsync_NamesThatCannotBe_AreRefusedAndLeaveNothing(
        string first,
        string second,
        string expected
    )
    {
        ImageTrainerOptions options = Options with { Images = Named(first, second) };

        DatasetException error = await Assert.ThrowsAsync<DatasetException>(() =>
            ImageTrainer.FromYaml(Recipe, options).FitAsync()
        );

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(folder["artifacts"], "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task TrainAsync_NoImages_SaysWhereTheyComeFrom()
    {
        DatasetException error = await Assert.ThrowsAsync<DatasetException>(() =>
            ImageTrainer.FromYaml(Recipe, Options with { Images = null }).FitAsync()
        );

        Assert.Contains("Train from C# with ImageTrainerOptions.Images", error.Message, StringComparison.Ordinal);
    }

    private static async IAsyncEnumerable<LabelledImage> Colors(int count)
    {
        foreach (string color in new[] { "blue", "green", "red" })
        {
            for (int index = 0; index < count; index++)
            {
                await Task.Yield();
                yield return new LabelledImage($"{index}.png", color, TestPictures.PngOf(color, (byte)(100 + index)));
            }
        }
    }

    private static async IAsyncEnumerable<LabelledImage> Named(params string[] names)
    {
        foreach (string name in names)
        {
            await Task.Yield();
            yield return new LabelledImage(name, "red", TestPictures.PngOf("red"));
        }
    }
}
