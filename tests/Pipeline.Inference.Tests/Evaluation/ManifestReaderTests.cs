using Pipeline.Core.Errors;
using Pipeline.Inference.Evaluation;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Tests.Evaluation;

public sealed class ManifestReaderTests
{
    [Fact]
    public async Task EvaluateAsync_AManifest_CountsItsRowsBesideIt()
    {
        using var folder = new TestFolder();
        folder.Add("photos/a, b.png", TestFolder.PngOf("red"));
        folder.Add("photos/c.png", TestFolder.PngOf("blue"));
        string manifest = Write(folder, "label,path", "red,\"photos/a, b.png\"", "green,photos/c.png", ",photos/c.png", "red,photos/gone.png");
        using ImageClassifier classifier = Load();

        EvaluationReport report = await classifier.EvaluateAsync(manifest);

        Assert.Equal(2, report.Metrics.Count);
        Assert.Equal(0.5, report.Metrics.MicroAccuracy);
        Assert.Equal(2, report.Metrics.Skipped);
        Assert.Equal([folder["photos/c.png"], folder["photos/gone.png"]], report.SkippedImages.Select(image => image.Path));
    }

    [Fact]
    public async Task EvaluateAsync_ASplitOfARun_CountsTheSplitThatWasAskedFor()
    {
        using var folder = new TestFolder();
        folder.Add("data/red/1.png", TestFolder.PngOf("red"));
        folder.Add("data/blue/1.png", TestFolder.PngOf("blue"));
        string manifest = Write(folder, "path,split,label,sha256", "red/1.png,train,red,00", "blue/1.png,test,red,00");
        var options = new ManifestOptions { ImageRoot = folder["data"] };
        using ImageClassifier classifier = Load();

        Assert.Equal(0, (await classifier.EvaluateAsync(manifest, options)).Metrics.MicroAccuracy);
        Assert.Equal(1, (await classifier.EvaluateAsync(manifest, options with { Split = "train" })).Metrics.MicroAccuracy);
        DatasetException error = await Assert.ThrowsAsync<DatasetException>(() => classifier.EvaluateAsync(manifest, options with { Split = "validation" }));
        Assert.Equal($"Manifest '{manifest}' has no labelled row of split 'validation'; its others are 'test, train'. Name a split that has labels.", error.Message);
    }

    [Fact]
    public async Task EvaluateAsync_AManifestThatIsWrong_IsRefusedWithThePlace()
    {
        using var folder = new TestFolder();
        using ImageClassifier classifier = Load();

        DatasetException unknown = await Assert.ThrowsAsync<DatasetException>(() => classifier.EvaluateAsync(Write(folder, "path,label", "a.png,red", "b.png,Red")));
        DatasetException columns = await Assert.ThrowsAsync<DatasetException>(() => classifier.EvaluateAsync(Write(folder, "file,class", "a.png,red")));
        DatasetException empty = await Assert.ThrowsAsync<DatasetException>(() => classifier.EvaluateAsync(folder.Add("empty.csv", [])));

        Assert.Contains("line 3: label 'Red' is no class of the model. Classes of the model: blue, green, red.", unknown.Message, StringComparison.Ordinal);
        Assert.Contains("has the columns 'file, class', expected path and label", columns.Message, StringComparison.Ordinal);
        Assert.Contains("empty.csv", empty.Message, StringComparison.Ordinal);
    }

    private static string Write(TestFolder folder, params string[] lines) => folder.Add("manifest.csv", System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));

    private static ImageClassifier Load() => ImageClassifier.Load(TestModels.Colors, new ScoringOptions { Threads = 1, BatchSize = 2 });
}
