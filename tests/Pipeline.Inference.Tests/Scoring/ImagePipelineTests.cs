using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Inference.Batching;
using Pipeline.Inference.Reporting;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Tests.Scoring;

public sealed class ImagePipelineTests
{
    private static readonly ScoringOptions Options = new() { Threads = 1, BatchSize = 3, DecodeWorkers = 2 };

    [Theory]
    [InlineData(PredictionOrder.AsGiven)]
    [InlineData(PredictionOrder.AsCompleted)]
    public async Task Stages_Chained_GiveTheClassifiersRows(PredictionOrder order)
    {
        using var folder = new TestFolder();
        folder.AddColors(10);
        folder.Add("0003-bad.png", "no image"u8.ToArray());
        using ImageClassifier classifier = ImageClassifier.Load(TestModels.Colors, Options);
        string expected = await Text(classifier.ClassifyFolderAsync(folder.Path), classifier.Labels);
        using ScoringSession session = ScoringSession.Open(TestModels.Colors, Options);

        IAsyncEnumerable<Prediction> rows = ImagePipeline
            .LoadFolder(folder.Path)
            .DecodeAndResize(session.Contract.Preprocessing, Options, order)
            .Score(session)
            .Label(session.Contract.Labels);

        Assert.Equal(expected, await Text(rows.OrderBy(row => row.Path, StringComparer.Ordinal), session.Contract.Labels));
    }

    [Fact]
    public async Task Stages_AStepOfOnesOwnInBetween_SeesEveryBatch()
    {
        using var folder = new TestFolder();
        folder.AddColors(7);
        using ScoringSession session = ScoringSession.Open(TestModels.Colors, Options);

        Prediction[] rows = await ImagePipeline.LoadFolder(folder.Path)
            .DecodeAndResize(session.Contract.Preprocessing, Options)
            .Select(batch => Blackened(batch))
            .Score(session)
            .Label(session.Contract.Labels)
            .ToArrayAsync();

        Assert.Equal(7, rows.Length);
        Assert.All(rows, row => Assert.Equal("blue", row.Label)); // black: the largest bias

        static DecodedBatch Blackened(DecodedBatch batch)
        {
            batch.Pixels.Clear();
            return batch;
        }
    }

    [Fact]
    public async Task Score_BatchesOfAnotherSize_AreRefused()
    {
        using var folder = new TestFolder();
        folder.AddColors(1);
        using ScoringSession session = ScoringSession.Open(TestModels.Colors, Options);
        IAsyncEnumerable<ScoredBatch> scored = ImagePipeline.LoadFolder(folder.Path).DecodeAndResize(session.Contract.Preprocessing with { Size = new ImageSize(9, 8) }, Options).Score(session);

        await Assert.ThrowsAsync<ShapeException>(async () => await scored.CountAsync());
    }

    private static async Task<string> Text(IAsyncEnumerable<Prediction> rows, LabelSet labels)
    {
        using var stream = new MemoryStream();
        using (PredictionWriter writer = PredictionWriter.Create(PredictionFormat.JsonLines, stream, labels, allScores: true))
        {
            Assert.Equal(11, await rows.WriteToAsync(writer));
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
