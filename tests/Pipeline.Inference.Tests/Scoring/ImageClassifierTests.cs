using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Imaging.Loading;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Tests.Scoring;

public sealed class ImageClassifierTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(7, 1)]
    [InlineData(32, 1)]
    [InlineData(1, 3)]
    [InlineData(2, 4)]
    [InlineData(32, 2)]
    public async Task ClassifyFolderAsync_AnyBatchSizeAndConcurrentRuns_GivesTheRowsOfSingleCalls(
        int batchSize,
        int runs
    )
    {
        using var folder = new TemporaryFolder();
        string[] paths = folder.AddColors(33);
        using ImageClassifier classifier = Load(
            new ScoringOptions
            {
                Threads = 1,
                BatchSize = batchSize,
                DecodeWorkers = 3,
                ConcurrentRuns = runs,
            }
        );

        Prediction[] rows = await All(classifier.ClassifyFolderAsync(folder.Path));

        Assert.Equal(paths, rows.Select(row => row.Path));
        for (int index = 0; index < rows.Length; index++)
        {
            Prediction single = classifier.Classify(paths[index]);
            Assert.Equal(TestPictures.ColorOf(index), rows[index].Label);
            // bit-equal: this network has no kernel that depends on the batch
            Assert.Equal(single.Probabilities, rows[index].Probabilities);
            Assert.Equal(single.Probability, rows[index].Probabilities.Max());
            Assert.Equal(classifier.Labels[rows[index].ClassIndex], rows[index].Label);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task ClassifyFolderAsync_BadFilesBetweenGoodOnes_AreRowsWithAReasonAndNeverAScore(int runs)
    {
        using var folder = new TemporaryFolder();
        byte[] png = TestPictures.PngOf("red");
        folder.AddColors(9);
        string[] bad =
        [
            folder.Write("0000-empty.png", []),
            folder.Write("0001-text.png", "hello, world"u8.ToArray()),
            folder.Write("0003-truncated.png", png[..(png.Length / 2)]),
            folder.Write("0005-random.jpg", [.. Enumerable.Range(0, 500).Select(index => (byte)(index * 37))]),
            folder.Write("notes.txt", "no image"u8.ToArray()),
            folder["vanished.png"],
        ];
        File.CreateSymbolicLink(folder["vanished.png"], folder["nowhere"]);
        using ImageClassifier classifier = Load(
            new ScoringOptions
            {
                Threads = 1,
                BatchSize = 4,
                DecodeWorkers = 2,
                ConcurrentRuns = runs,
            }
        );

        Prediction[] rows = await All(classifier.ClassifyFolderAsync(folder.Path));

        Assert.Equal(9 + bad.Length, rows.Length);
        Assert.All(
            rows,
            row =>
            {
                bool isBad = bad.Contains(row.Path);
                Assert.Equal(isBad, row.Error is not null);
                Assert.Equal(
                    isBad,
                    row.Label is null && row.Probabilities.Length == 0 && row.ClassIndex == -1 && row.Probability == 0
                );
                Assert.DoesNotContain('\n', row.Error ?? string.Empty);
                Assert.True(isBad || row.Path.Contains(row.Label!, StringComparison.Ordinal));
            }
        );
    }

    [Fact]
    public void LoadForManyImages_OnTheCpu_RunsSideBySide()
    {
        using ImageClassifier classifier = ImageClassifier.LoadForManyImages(TestModels.Colors);

        Assert.Equal(
            (1, Environment.ProcessorCount, ScoringDevice.Cpu),
            (classifier.Session.Options.Threads, classifier.Session.Options.ConcurrentRuns, classifier.Device.Effective)
        );
    }

    [Fact]
    public void ForManyImages_OnAnotherDevice_AreTheDefaults() =>
        Assert.Equal(new ScoringOptions(), ScoringOptions.ForManyImages(ScoringDevice.Cuda));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Classify_AfterDispose_ThrowsInsteadOfEndingTheProcess(int runs)
    {
        byte[] png = TestPictures.PngOf("red");
        ImageClassifier classifier = Load(new ScoringOptions { Threads = 1, ConcurrentRuns = runs });

        classifier.Dispose();
        classifier.Dispose();

        Assert.Throws<ObjectDisposedException>(() => classifier.Classify(png));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () =>
            await classifier.ClassifyAsync([ImageSource.FromBytes(png)]).CountAsync()
        );
    }

    [Fact]
    public async Task ClassifyFolderAsync_ConcurrentRunsLeftHalfWay_StopAndCanBeStartedAgain()
    {
        using var folder = new TemporaryFolder();
        string[] paths = folder.AddColors(33);
        using ImageClassifier classifier = Load(
            ScoringOptions.ForManyImages() with
            {
                ConcurrentRuns = 3,
                BatchesAhead = 2,
            }
        );

        await foreach (Prediction first in classifier.ClassifyFolderAsync(folder.Path))
        {
            Assert.Equal(paths[0], first.Path);
            break;
        }

        Prediction[] rows = await All(classifier.ClassifyFolderAsync(folder.Path));
        Assert.Equal(paths, rows.Select(row => row.Path));
    }

    [Fact]
    public async Task ClassifyFolderAsync_NoImages_GivesNoRows()
    {
        using var folder = new TemporaryFolder();
        using ImageClassifier classifier = Load();

        Assert.Empty(await All(classifier.ClassifyFolderAsync(folder.Path)));
    }

    [Fact]
    public void ClassifyFolderAsync_NoSuchFolder_ThrowsAtTheCall()
    {
        using ImageClassifier classifier = Load();

        Assert.Throws<DatasetException>(() =>
        {
            classifier.ClassifyFolderAsync("/no/such/folder");
        });
    }

    [Fact]
    public async Task ClassifyFilesAsync_CancelledBetweenBatches_Throws()
    {
        using var folder = new TemporaryFolder();
        string[] paths = folder.AddColors(40);
        using var cancel = new CancellationTokenSource();
        using ImageClassifier classifier = Load(new ScoringOptions { Threads = 1, BatchSize = 4 });
        int rows = 0;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (Prediction prediction in classifier.ClassifyFilesAsync(paths, cancel.Token))
            {
                rows++;
                await cancel.CancelAsync();
            }
        });

        Assert.Equal(4, rows);
    }

    [Fact]
    public async Task Classify_PathBytesAndAsync_AllSayTheSame()
    {
        using var folder = new TemporaryFolder();
        byte[] png = TestPictures.PngOf("green");
        string path = folder.Write("g.png", png);
        using ImageClassifier classifier = Load();

        Prediction expected = classifier.Classify(path);

        Assert.Equal("green", expected.Label);
        Assert.Equal(expected.Probabilities, classifier.Classify(png, "upload").Probabilities);
        Assert.Equal("upload", classifier.Classify(png, "upload").Path);
        Assert.Equal(expected.Probabilities, (await classifier.ClassifyAsync(path)).Probabilities);
    }

    [Fact]
    public async Task Classify_BadImage_IsAPredictionWithAnError()
    {
        using ImageClassifier classifier = Load();

        Assert.NotNull(classifier.Classify("/no/such/file.png").Error);
        Assert.NotNull((await classifier.ClassifyAsync("/no/such/file.png")).Error);
        Assert.NotNull(classifier.Classify([], "empty").Error);
        Assert.NotNull(classifier.Classify("GIF89a?"u8.ToArray()).Error);
        Assert.NotNull(classifier.Classify(Path.GetTempPath()).Error);
    }

    [Fact]
    public async Task Classify_ManyCallersOnOneInstance_EachGetTheirOwnAnswer()
    {
        using ImageClassifier classifier = Load(new ScoringOptions { Threads = 2 });
        byte[][] images = [TestPictures.PngOf("red"), TestPictures.PngOf("green"), TestPictures.PngOf("blue")];
        float[][] expected = [.. images.Select(image => classifier.Classify(image).Probabilities)];

        await Parallel.ForAsync(
            0,
            300,
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            (index, _) =>
            {
                Prediction prediction = classifier.Classify(images[index % 3]);
                Assert.Equal(TestPictures.ColorOf(index), prediction.Label);
                Assert.Equal(expected[index % 3], prediction.Probabilities);
                return ValueTask.CompletedTask;
            }
        );
    }

    [Fact]
    public void Classify_ScoresThatAreNotFinite_IsAnErrorForThatImageAlone()
    {
        using ImageClassifier classifier = ImageClassifier.Load(
            TestModels.Path("nan-on-black"),
            new ScoringOptions { Threads = 1 }
        );

        Assert.Contains("not finite", classifier.Classify(TestPictures.Png(0, 0, 0)).Error, StringComparison.Ordinal);
        Assert.Equal("red", classifier.Classify(TestPictures.PngOf("red")).Label);
    }

    private static ImageClassifier Load(ScoringOptions? options = null) =>
        ImageClassifier.Load(TestModels.Colors, options ?? new ScoringOptions { Threads = 1 });

    private static async Task<Prediction[]> All(IAsyncEnumerable<Prediction> predictions) =>
        await predictions.ToArrayAsync();
}
