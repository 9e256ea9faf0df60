using Pipeline.Core.Contracts;
using Pipeline.Core.Metrics;
using Pipeline.Trainer.Cli.Output;

namespace Pipeline.EndToEnd.Tests;

public sealed class MostConfusedTests
{
    [Theory]
    [InlineData("aaabbbccc", "aaabbbccc", "")]
    [InlineData("aaabbbccc", "acabccccc", "; b was taken for c most often, 2 times")]
    [InlineData("aabb", "baba", "; a was taken for b most often, 1 time")] // the first of two
    public void Of_Predictions_NamesTheLargestCellBesideTheDiagonal(string truth, string found, string expected)
    {
        var accumulator = new ClassificationAccumulator(3);
        for (int row = 0; row < truth.Length; row++)
        {
            float[] scores = new float[3];
            scores[found[row] - 'a'] = 1;
            accumulator.Add(scores, truth[row] - 'a');
        }

        Assert.Equal(expected, MostConfused.Describe(accumulator.ToReport(new LabelSet(["a", "b", "c"]))));
    }
}
