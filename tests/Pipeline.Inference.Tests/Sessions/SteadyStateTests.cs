using Pipeline.Core.Contracts;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Tests.Sessions;

public sealed class SteadyStateTests
{
    [Fact]
    public void Score_AnyMixOfBatchSizes_ReusesBuffersWithoutMixingRows()
    {
        using ScoringSession session = ScoringSession.Open(TestModels.Colors, new ScoringOptions { Threads = 1 });
        var random = new Random(5);

        for (int round = 0; round < 200; round++)
        {
            int count = random.Next(1, 90); // more sizes than bindings are kept for
            byte[] pixels = new byte[count * TestModels.Size.RgbBytes];
            random.NextBytes(pixels);
            using ScoreBatch scores = session.Score(pixels, count);
            int last = count - 1;
            float[] expected = TestModels.ColorLogits(pixels.AsSpan(last * TestModels.Size.RgbBytes));
            Assert.Equal(count * 3, scores.AllLogits.Length);
            Assert.InRange(Tolerance.MaxDifference(expected, scores.Logits(last)), 0, 1e-5);
        }
    }

    [Fact]
    public void Score_TwoBatchesAlive_DoNotShareRows()
    {
        using ScoringSession session = ScoringSession.Open(TestModels.Colors, new ScoringOptions { Threads = 1 });
        byte[] white = [.. Enumerable.Repeat((byte)255, TestModels.Size.RgbBytes)];

        using ScoreBatch first = session.Score(white, 1);
        float[] before = first.Logits(0).ToArray();
        using ScoreBatch second = session.Score(new byte[TestModels.Size.RgbBytes], 1);

        Assert.Equal(before, first.Logits(0).ToArray());
        Assert.NotEqual(before, second.Logits(0).ToArray());
    }

    [Fact]
    public void Features_AskedFor_ComeWithTheirShape()
    {
        using ScoringSession session = ScoringSession.Open(
            TestModels.Path("convolution"),
            new ScoringOptions { Threads = 1, Features = true }
        );
        byte[] pixels = new byte[3 * TestModels.Size.RgbBytes];
        GoldenSample.FillPixels(pixels, 3, TestModels.Size);

        using ScoreBatch together = session.Score(pixels, 3);
        using ScoreBatch alone = session.Score(pixels.AsSpan(2 * TestModels.Size.RgbBytes), 1);

        Assert.Equal([32, 4, 4], session.FeatureShape);
        Assert.Equal(512, together.FeatureCount);
        Assert.InRange(Tolerance.MaxDifference(alone.Features(0), together.Features(2)), 0, 1e-5);
        Assert.Contains(together.Features(2).ToArray(), value => value > 0);
    }
}
