using Pipeline.Core.Contracts;
using Pipeline.Core.Metrics;
using Pipeline.Inference.Reporting;

namespace Pipeline.Inference.Tests.Reporting;

public sealed class EvaluationTableTests
{
    [Fact]
    public void Confusion_OfAFewClasses_IsTheWholeMatrix()
    {
        (IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows) = EvaluationTable.Confusion(
            Report(3, (0, 0), (0, 0), (0, 2), (1, 1), (2, 0))
        );

        Assert.Equal(["true label, predicted", "c0", "c1", "c2"], columns);
        Assert.Equal(
            [
                ["c0", "2", "0", "1"],
                ["c1", "0", "1", "0"],
                ["c2", "1", "0", "0"],
            ],
            rows
        );
    }

    [Fact]
    public void Confusion_OfManyClasses_IsTheWorstRows()
    {
        (IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows) = EvaluationTable.Confusion(
            Report(21, (7, 7), (7, 3), (7, 3), (7, 4), (5, 6), (20, 20))
        );

        Assert.Equal(5, columns.Count);
        Assert.Equal(
            [
                ["c5", "1", "0.0 %", "c6", "1"],
                ["c7", "4", "25.0 %", "c3", "2"],
                ["c20", "1", "100.0 %", "-", "0"],
            ],
            rows
        );
    }

    private static ClassificationReport Report(int classes, params (int Truth, int Found)[] images)
    {
        var accumulator = new ClassificationAccumulator(classes);
        foreach ((int truth, int found) in images)
        {
            float[] probabilities = new float[classes];
            probabilities[found] = 1;
            accumulator.Add(probabilities, truth);
        }

        return accumulator.ToReport(new LabelSet(Enumerable.Range(0, classes).Select(index => $"c{index}")));
    }
}
