using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Metrics;
using Pipeline.Inference.Evaluation;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Tests.Evaluation;

public sealed class FolderEvaluationTests
{
    [Fact]
    public async Task EvaluateAsync_ALabelledFolder_CountsWhatSingleCallsSay()
    {
        using var folder = new TemporaryFolder();
        folder.Write("red/1.png", TestPictures.PngOf("red"));
        folder.Write("red/2.png", TestPictures.PngOf("blue", 90)); // wrong on purpose
        folder.Write("blue/deep/3.png", TestPictures.PngOf("blue"));
        folder.Write("blue/broken.png", "no image"u8.ToArray());
        folder.Write("readme.txt", "no label"u8.ToArray());
        using ImageClassifier classifier = Load();

        EvaluationReport report = await classifier.EvaluateAsync(folder.Path);

        var slow = new ClassificationAccumulator(3);
        slow.Add(classifier.Classify(folder["blue/deep/3.png"]).Probabilities, 0);
        slow.Add(classifier.Classify(folder["red/1.png"]).Probabilities, 2);
        slow.Add(classifier.Classify(folder["red/2.png"]).Probabilities, 2);
        ClassificationReport expected = slow.ToReport(classifier.Labels);
        Assert.Equal(2 / 3.0, report.Metrics.MicroAccuracy, 1e-15);
        Assert.Equal(3, report.Metrics.Count);
        Assert.Equal(2, report.Metrics.Skipped);
        Assert.Equal(EvaluationJson.ToJson(expected with { Skipped = 2 }), EvaluationJson.ToJson(report.Metrics));
        Assert.Equal(
            [folder["blue/broken.png"], folder["readme.txt"]],
            report.SkippedImages.Select(image => image.Path)
        );
        Assert.Contains("no label", report.SkippedImages[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EvaluateAsync_UnknownClassFolder_IsRefusedWithBothSets()
    {
        using var folder = new TemporaryFolder();
        folder.Write("red/1.png", TestPictures.PngOf("red"));
        folder.Write("Green/1.png", TestPictures.PngOf("green"));
        using ImageClassifier classifier = Load();

        DatasetException error = await Assert.ThrowsAsync<DatasetException>(() =>
            classifier.EvaluateAsync(folder.Path)
        );

        Assert.Contains("no class of the model: Green.", error.Message, StringComparison.Ordinal);
        Assert.Equal("blue, green, red", error.Expected);
        Assert.Equal("Green, red", error.Found);
    }

    [Fact]
    public async Task EvaluateAsync_NothingLabelled_IsRefused()
    {
        using var folder = new TemporaryFolder();
        folder.Write("1.png", TestPictures.PngOf("red"));
        Directory.CreateDirectory(folder["red"]);
        using ImageClassifier classifier = Load();

        await Assert.ThrowsAsync<DatasetException>(() => classifier.EvaluateAsync(folder.Path));
    }

    [Fact]
    public void Add_PredictionOfAnotherFile_IsRefused()
    {
        using var folder = new TemporaryFolder();
        folder.Write("red/1.png", []);
        FolderEvaluation evaluation = FolderEvaluation.Scan(folder.Path, new LabelSet(["blue", "red"]));

        Assert.Throws<ArgumentException>(() => evaluation.Add(new Prediction { Path = "other.png", Error = "x" }));
    }

    private static ImageClassifier Load() =>
        ImageClassifier.Load(TestModels.Colors, new ScoringOptions { Threads = 1, BatchSize = 2 });
}
