using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Imaging.Loading;
using Pipeline.Inference.Reporting;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Tests.Scoring;

public sealed class ImagePipelineTests
{
    private static readonly ScoringOptions Options = new()
    {
        Threads = 1,
        BatchSize = 3,
        DecodeWorkers = 2,
    };

    [Theory]
    [InlineData(LoadOrder.AsGiven)]
    [InlineData(LoadOrder.AsCompleted)]
    public async Task Stages_Chained_GiveTheClassifiersRows(LoadOrder order)
    {
        using var folder = new TemporaryFolder();
        folder.AddColors(10);
        folder.Write("0003-bad.png", "no image"u8.ToArray());
        using ImageClassifier classifier = ImageClassifier.Load(TestModels.Colors, Options);
        string expected = await Text(classifier.ClassifyFolderAsync(folder.Path), classifier.Labels);
        using ScoringSession session = ScoringSession.Open(TestModels.Colors, Options);

        IAsyncEnumerable<Prediction> rows = ImagePipeline
            .LoadFolder(folder.Path)
            .DecodeAndResize(session.Contract.Preprocessing, Options, order)
            .Score(session)
            .Label(session.Contract.Labels);

        Assert.Equal(
            expected,
            await Text(rows.OrderBy(row => row.Path, StringComparer.Ordinal), session.Contract.Labels)
        );
    }

    [Fact]
    public async Task Stages_AStepOfOnesOwnInBetween_SeesEveryBatch()
    {
        using var folder = new TemporaryFolder();
        folder.AddColors(7);
        using ScoringSession session = ScoringSession.Open(TestModels.Colors, Options);

        Prediction[] rows = await ImagePipeline
            .LoadFolder(folder.Path)
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
    public void LoadFolder_ASubFolderWhoseTurnHasNotCome_IsNotListedYet()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a/1.png", []);
        folder.Write("b/1.png", []);

        using IEnumerator<ImageSource> images = ImagePipeline.LoadFolder(folder.Path).GetEnumerator();
        Assert.True(images.MoveNext());
        folder.Write("b/2.png", []); // a list made beforehand would not have it

        Assert.True(images.MoveNext() && images.MoveNext());
        Assert.Equal(folder["b/2.png"], images.Current.Name);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task WriteToAsync_ASinkThatIsFull_ThrowsItsErrorAndStopsTheReading(int runs)
    {
        using var folder = new TemporaryFolder();
        string path = folder.AddColors(1)[0];
        using ImageClassifier classifier = ImageClassifier.Load(
            TestModels.Colors,
            Options with
            {
                ConcurrentRuns = runs,
            }
        );
        using PredictionWriter writer = PredictionWriter.Create(
            PredictionFormat.JsonLines,
            new MemoryStream(new byte[1000]),
            classifier.Labels,
            allScores: true
        );
        int listed = 0;

        await Assert.ThrowsAsync<NotSupportedException>(() =>
            classifier.ClassifyFilesAsync(Endless()).WriteToAsync(writer)
        ); // what a stream of fixed length says

        int atTheEnd = listed;
        await Task.Yield();
        Assert.Equal(atTheEnd, listed);
        Assert.Equal("red", classifier.Classify(path).Label);

        IEnumerable<string> Endless()
        {
            while (true)
            {
                listed++;
                yield return path;
            }
        }
    }

    [Theory]
    [InlineData(LoadOrder.AsGiven, 1)]
    [InlineData(LoadOrder.AsCompleted, 1)]
    [InlineData(LoadOrder.AsGiven, 2)]
    [InlineData(LoadOrder.AsCompleted, 2)]
    public async Task ClassifyFilesAsync_AReaderThatLagsBehind_HoldsTheListBack(LoadOrder order, int runs)
    {
        using var folder = new TemporaryFolder();
        string path = folder.AddColors(1)[0];
        using ImageClassifier classifier = ImageClassifier.Load(
            TestModels.Colors,
            Options with
            {
                ConcurrentRuns = runs,
                BatchesAhead = 1,
            }
        );
        int listed = 0;
        int taken = 0;
        int largestLead = 0;

        await foreach (
            Prediction prediction in classifier.ClassifyFilesAsync(
                Enumerable.Range(0, 300).Select(_ => Listed()),
                order
            )
        )
        {
            largestLead = Math.Max(largestLead, Volatile.Read(ref listed) - ++taken);
        }

        // The batch that is read, the one ahead, the one in the workers, and the one that is being put together.
        Assert.Equal(300, taken);
        Assert.InRange(largestLead, 1, 4 * Options.BatchSize);

        string Listed()
        {
            Interlocked.Increment(ref listed);
            return path;
        }
    }

    [Fact]
    public async Task Score_BatchesOfAnotherSize_AreRefused()
    {
        using var folder = new TemporaryFolder();
        folder.AddColors(1);
        using ScoringSession session = ScoringSession.Open(TestModels.Colors, Options);
        IAsyncEnumerable<ScoredBatch> scored = ImagePipeline
            .LoadFolder(folder.Path)
            .DecodeAndResize(session.Contract.Preprocessing with { Size = new ImageSize(9, 8) }, Options)
            .Score(session);

        await Assert.ThrowsAsync<ShapeException>(async () => await scored.CountAsync());
    }

    private static async Task<string> Text(IAsyncEnumerable<Prediction> rows, LabelSet labels)
    {
        using var stream = new MemoryStream();
        using (
            PredictionWriter writer = PredictionWriter.Create(
                PredictionFormat.JsonLines,
                stream,
                labels,
                allScores: true
            )
        )
        {
            Assert.Equal(11, await rows.WriteToAsync(writer));
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
