using FsCheck;
using FsCheck.Fluent;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Metrics;

namespace Pipeline.Core.Tests.Metrics;

public sealed class RejectThresholdTests
{
    [Fact]
    public void Choose_FiveImagesByHand_TakesTheLowestThresholdThatReachesTheTarget()
    {
        float[] confidences = [0.9f, 0.8f, 0.7f, 0.6f, 0.5f];
        bool[] areCorrect = [true, false, true, true, false]; // accepted from the top: 1/1, 1/2, 2/3, 3/4, 3/5

        Assert.Equal(new RejectOption(0.6f, 0.75, 0.75, 0.8), RejectThreshold.Choose(confidences, areCorrect, 0.75));
        Assert.Equal(new RejectOption(0.9f, 0.8, 1, 0.2), RejectThreshold.Choose(confidences, areCorrect, 0.8));
        Assert.Equal(new RejectOption(0, 0.6, 0.6, 1), RejectThreshold.Choose(confidences, areCorrect, 0.6));
    }

    [Fact]
    public void Choose_EqualConfidences_AreAcceptedTogether()
    {
        Assert.Null(RejectThreshold.Choose([0.7f, 0.7f], [true, false], 0.9));
        Assert.Equal(
            0.8f,
            RejectThreshold.Choose([0.7f, 0.8f, 0.7f, 0.8f], [true, true, false, true], 0.9)?.MinimumConfidence
        );
    }

    [Fact]
    public void Choose_NothingToChooseFrom_IsNull() => Assert.Null(RejectThreshold.Choose([], [], 0.5));

    [Fact]
    public void Choose_Misuse_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => RejectThreshold.Choose([0.5f], [], 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => RejectThreshold.Choose([], [], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => RejectThreshold.Choose([], [], double.NaN));
    }

    [Fact]
    public void Choose_AnyImages_IsTheLowestOfAllThresholds() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                (
                    from row in Gen.Choose(0, 8).Select(eighths => eighths / 8f)
                    from right in Gen.Elements(true, false)
                    select (row, right)
                )
                    .ListOf()
                    .ToArbitrary(),
                rows =>
                {
                    float[] confidences = [.. rows.Select(row => row.row)];
                    double Accuracy(float threshold) =>
                        rows.Where(row => row.row >= threshold)
                            .Select(row => row.right ? 1.0 : 0)
                            .DefaultIfEmpty(0)
                            .Average();

                    RejectOption? found = RejectThreshold.Choose(confidences, [.. rows.Select(row => row.right)], 0.75);

                    float[] reaching = [.. confidences.Append(0).Where(candidate => Accuracy(candidate) >= 0.75)];
                    float? lowest = reaching.Length == 0 ? null : reaching.Min();
                    double? accuracy = lowest is { } threshold ? Accuracy(threshold) : null;
                    Assert.Equal(lowest, found?.MinimumConfidence);
                    Assert.Equal(accuracy, found?.Accuracy);
                }
            )
        );

    [Fact]
    public void Validate_AThresholdThatIsNoShare_IsRefusedWithItsPlace() =>
        Assert.StartsWith(
            "m.onnx: minimumConfidence is 1.5",
            Assert
                .Throws<ModelContractException>(() => new RejectOption(1.5f, 0.9, 0.9, 0.5).Validate("m.onnx"))
                .Message,
            StringComparison.Ordinal
        );
}
