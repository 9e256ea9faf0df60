using Microsoft.ML;
using Microsoft.ML.Data;
using Pipeline.Core.Metrics;
using Pipeline.Inference.Evaluation;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.MLNet.Tests;

/// <summary>ML.NET's evaluator and ours on the same images.</summary>
public sealed class EvaluateTests : MLNetTest
{
    [Theory]
    [InlineData("colors")]
    [InlineData("calibrated")] // probabilities of another temperature have another log-loss
    public async Task Evaluate_RightWrongAndBadImages_GivesOurMetricsToTheLastDigit(string model)
    {
        AddLabelledImages();
        ImageClassifier classifier = Owned(ImageClassifier.Load(TestModels.Path(model), Options(4)));
        EvaluationReport ours = await classifier.EvaluateAsync(Folder.Path);
        IDataView data = Context.Data.LoadFromEnumerable(
            Directory
                .EnumerateFiles(Folder.Path, "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Select(path => new LabelledRow
                {
                    ImagePath = path,
                    Truth = Path.GetFileName(Path.GetDirectoryName(path)) ?? string.Empty,
                })
        );
        ImageClassificationTransformer transformer = Context.Transforms.ClassifyImages(Context, classifier).Fit(data);
        var keys = Context.Transforms.Conversion.MapValueToKey("Label", "Truth", keyData: transformer.LabelKeys);

        IDataView scored = transformer.Transform(keys.Fit(data).Transform(data));
        MulticlassClassificationMetrics theirs = Context.MulticlassClassification.Evaluate(
            scored,
            topKPredictionCount: 3
        );

        ClassificationReport metrics = ours.Metrics;
        Assert.InRange(metrics.MicroAccuracy, 0.1, 0.9);
        Assert.Equal(metrics.MicroAccuracy, theirs.MicroAccuracy);
        Assert.Equal(metrics.MacroAccuracy, theirs.MacroAccuracy);
        Assert.Equal(metrics.LogLoss, theirs.LogLoss);
        Assert.Equal(metrics.LogLossReduction, theirs.LogLossReduction);
        Assert.Equal(metrics.TopKAccuracy, theirs.TopKAccuracyForAllK);
        Assert.Equal(metrics.PerClass.Select(item => item.LogLoss), theirs.PerClassLogLoss);
        Assert.Equal(
            metrics.Confusion.SelectMany(row => row).Select(count => (double)count),
            theirs.ConfusionMatrix.Counts.SelectMany(row => row)
        );
    }

    /// <summary>
    /// Mixed colours under labels of which many are wrong, some bad files, an uneven number per class.
    /// </summary>
    private void AddLabelledImages()
    {
        string[] labels = ["blue", "green", "red"];
        var random = new Random(7);
        for (int index = 0; index < 60; index++)
        {
            string label = labels[(index * index) % 3 == 0 ? index % 3 : random.Next(3)];
            Folder.Write(
                $"{label}/{index:000}.png",
                TestPictures.Png((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256))
            );
        }

        Folder.Write("red/empty.png", []);
        Folder.Write("blue/text.png", "no image"u8.ToArray());
    }

    private sealed class LabelledRow
    {
        public string ImagePath { get; set; } = string.Empty;

        public string Truth { get; set; } = string.Empty;
    }
}
