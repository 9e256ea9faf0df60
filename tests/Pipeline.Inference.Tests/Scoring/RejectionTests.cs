using Pipeline.Core.Contracts;
using Pipeline.Inference.Evaluation;
using Pipeline.Inference.Reporting;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Tests.Scoring;

public sealed class RejectionTests
{
    [Fact]
    public void Classify_BelowTheMinimumConfidence_HasAnEmptyLabelAndItsScores()
    {
        using ImageClassifier sure = Load(0);
        Prediction expected = sure.Classify(TestPictures.PngOf("red", 60));
        using ImageClassifier strict = Load(MathF.BitIncrement(expected.Probability));
        using ImageClassifier exact = Load(expected.Probability);

        Prediction found = strict.Classify(TestPictures.PngOf("red", 60));

        Assert.Equal("red", expected.Label);
        Assert.False(expected.IsRejected);
        Assert.Equal("red", exact.Classify(TestPictures.PngOf("red", 60)).Label); // the threshold itself is accepted
        Assert.True(found.IsRejected);
        Assert.Equal(
            (string.Empty, -1, expected.Probability, (string?)null),
            (found.Label, found.ClassIndex, found.Probability, found.Error)
        );
        Assert.Equal(expected.Probabilities, found.Probabilities);
        Assert.False(strict.Classify(ReadOnlySpan<byte>.Empty).IsRejected);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(0f, false)]
    [InlineData(0.5f, false)]
    public void Classify_AThresholdInTheContract_HoldsUnlessTheOptionsSayOtherwise(float? option, bool isRejected)
    {
        using ImageClassifier classifier = ImageClassifier.Load(
            TestModels.Path("reject"),
            new ScoringOptions { Threads = 1, MinimumConfidence = option }
        );

        Assert.Equal(0.9f, classifier.Contract.Reject?.MinimumConfidence);
        Assert.Equal(isRejected, classifier.Classify(TestPictures.PngOf("red", 50)).IsRejected); // 0.85
        Assert.Equal("red", classifier.Classify(TestPictures.PngOf("red", 255)).Label);
    }

    [Fact]
    public async Task EvaluateAsync_WithRejectedImages_CountsThemApart()
    {
        using var folder = new TemporaryFolder();
        folder.Write("red/1.png", TestPictures.PngOf("red", 250));
        folder.Write("red/2.png", TestPictures.PngOf("blue", 250)); // certain and wrong
        folder.Write("blue/3.png", TestPictures.PngOf("blue", 20)); // right and uncertain
        using ImageClassifier classifier = Load(0.9f);

        EvaluationReport report = await classifier.EvaluateAsync(folder.Path);

        Assert.Equal(3, report.Metrics.Count);
        Assert.Equal(1, report.Metrics.Rejected);
        Assert.Equal(2 / 3.0, report.Metrics.MicroAccuracy, 1e-15);
        Assert.Equal(0.5, report.Metrics.AcceptedAccuracy);
        Assert.Contains(EvaluationTable.Totals(report.Metrics), row => row[0] == "rejected" && row[1] == "1");
    }

    [Fact]
    public void Write_ARejectedImage_IsARowWithAProbabilityAndNoLabel()
    {
        using ImageClassifier strict = Load(0.99f);
        using var stream = new MemoryStream();
        using (
            PredictionWriter writer = PredictionWriter.Create(
                PredictionFormat.Csv,
                stream,
                strict.Labels,
                allScores: false
            )
        )
        {
            writer.Write(strict.Classify(TestPictures.PngOf("red", 50), "dark.png"));
        }

        Assert.Matches("\ndark.png,,0\\.8[0-9]*,\n$", System.Text.Encoding.UTF8.GetString(stream.ToArray()));
    }

    [Theory]
    [InlineData(-0.1f)]
    [InlineData(1.1f)]
    [InlineData(float.NaN)]
    public void Validate_AConfidenceThatIsNoShare_IsRefused(float confidence) =>
        Assert.Throws<ArgumentException>(() => new ScoringOptions { MinimumConfidence = confidence }.Validate());

    private static ImageClassifier Load(float minimumConfidence) =>
        ImageClassifier.Load(
            TestModels.Colors,
            new ScoringOptions
            {
                Threads = 1,
                BatchSize = 2,
                MinimumConfidence = minimumConfidence,
            }
        );
}
