using Pipeline.Core.Contracts;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Tests.Scoring;

public sealed class AugmentedScoringTests
{
    [Fact]
    public void Mirror_TwoRowsOfThreePixels_ExchangesLeftAndRight()
    {
        byte[] pixels = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19];
        byte[] mirrored = new byte[pixels.Length];

        AugmentedScoring.Mirror(pixels, mirrored, 3);

        Assert.Equal([7, 8, 9, 4, 5, 6, 1, 2, 3, 17, 18, 19, 14, 15, 16, 11, 12, 13], mirrored);
    }

    [Fact]
    public void Classify_WithHorizontalFlip_AveragesTheProbabilitiesOfBothViews()
    {
        byte[] pixels = new byte[TestModels.Size.RgbBytes];
        new Random(1).NextBytes(pixels);
        byte[] mirrored = new byte[pixels.Length];
        AugmentedScoring.Mirror(pixels, mirrored, TestModels.Size.Width);
        using ImageClassifier plain = Load(TestTimeAugmentation.None);
        using ImageClassifier augmented = Load(TestTimeAugmentation.HorizontalFlip);
        float[] one = plain.Classify(pixels, TestModels.Size).Probabilities;
        float[] other = plain.Classify(mirrored, TestModels.Size).Probabilities;

        Prediction found = augmented.Classify(pixels, TestModels.Size);

        Assert.NotEqual(one, other);
        Assert.Equal(one.Zip(other, (left, right) => (left + right) * 0.5f), found.Probabilities);
        // the views are the same two
        Assert.Equal(found.Probabilities, augmented.Classify(mirrored, TestModels.Size).Probabilities);
        Assert.Equal(found.Probabilities.Max(), found.Probability);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task ClassifyFolderAsync_WithHorizontalFlip_GivesTheRowsOfSingleCalls(int runs)
    {
        using var folder = new TemporaryFolder();
        string[] paths = folder.AddColors(5);
        folder.Write("bad.png", []);
        folder.Write("noise.png", TestPictures.NoisePng());
        using ImageClassifier augmented = Load(TestTimeAugmentation.HorizontalFlip, runs);
        using ImageClassifier plain = Load(TestTimeAugmentation.None);

        Prediction[] rows = await augmented.ClassifyFolderAsync(folder.Path).ToArrayAsync();

        Assert.Equal(paths.Select(path => augmented.Classify(path).Label), rows.Take(5).Select(row => row.Label));
        Assert.NotNull(rows[5].Error);
        Assert.Equal(augmented.Classify(folder["noise.png"]).Probabilities, rows[6].Probabilities);
        Assert.NotEqual(plain.Classify(folder["noise.png"]).Probabilities, rows[6].Probabilities);
    }

    private static ImageClassifier Load(TestTimeAugmentation augmentation, int runs = 1) =>
        ImageClassifier.Load(
            TestModels.Path("convolution"),
            new ScoringOptions
            {
                Threads = 1,
                BatchSize = 4,
                TestTimeAugmentation = augmentation,
                ConcurrentRuns = runs,
            }
        );
}
