using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Metrics;
using Pipeline.Inference.Cli.Comparison;

namespace Pipeline.Inference.Tests.Cli.Comparison;

public sealed class ModelComparisonTests
{
    private static readonly LabelSet First = new(["cat", "dog", "owl"]);
    private static readonly LabelSet Second = new(["owl", "cat", "dog"]); // another order: classes are matched by name

    [Fact]
    public void Add_FourImages_CountsByHand()
    {
        var comparison = new ModelComparison(First, Second, top: 5);

        // agree on cat, 0.1 apart
        comparison.Add(Say(First, "1", 0.7f, 0.2f, 0.1f), Say(Second, "1", 0.1f, 0.6f, 0.3f), "cat");
        // cat against dog, 0.3 apart
        comparison.Add(Say(First, "2", 0.6f, 0.3f, 0.1f), Say(Second, "2", 0.1f, 0.3f, 0.6f), "dog");
        // owl against cat, 0.7 apart
        comparison.Add(Say(First, "3", 0.1f, 0.1f, 0.8f), Say(Second, "3", 0.1f, 0.8f, 0.1f), null);
        comparison.Add(new Prediction { Path = "4", Error = "no image" }, Say(Second, "4", 0.1f, 0.8f, 0.1f), "cat");

        Assert.Equal((3, 1, 1), (comparison.Images, comparison.Errors, comparison.Agreed));
        Assert.Equal(new PairedCounts(1, 0, 1, 0), comparison.Labelled);
        Assert.Equal(1.0 / 3, comparison.Agreement);
        Assert.Equal(0.7, comparison.LargestDifference, 1e-6);
        Assert.Equal("3", comparison.LargestAt);
        Assert.Equal(["3", "2"], comparison.Disagreements.Select(image => image.Path));
    }

    [Fact]
    public void Disagreements_MoreThanWanted_AreTheLargest()
    {
        var comparison = new ModelComparison(First, Second, top: 2);

        foreach (float probability in new[] { 0.5f, 0.9f, 0.7f, 0.6f })
        {
            comparison.Add(
                Say(First, $"{probability}", probability, 1 - probability, 0),
                Say(Second, $"{probability}", 0, 0.1f, 0.9f),
                null
            );
        }

        Assert.Equal(["0.9", "0.7"], comparison.Disagreements.Select(image => image.Path));
    }

    [Fact]
    public void Constructor_OtherClasses_AreRefusedByName() =>
        Assert.Equal(
            "The models know different classes: only the first has 'owl', only the second 'cow'. "
                + "Compare models of the same classes.",
            Assert
                .Throws<ModelContractException>(() =>
                    new ModelComparison(First, new LabelSet(["cow", "cat", "dog"]), 1)
                )
                .Message
        );

    private static Prediction Say(LabelSet labels, string path, params float[] probabilities)
    {
        int top = Array.IndexOf(probabilities, probabilities.Max());
        return new Prediction
        {
            Path = path,
            Label = labels[top],
            ClassIndex = top,
            Probability = probabilities[top],
            Probabilities = probabilities,
        };
    }
}
