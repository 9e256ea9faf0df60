using Pipeline.Trainer.Augmentation;
using Pipeline.Trainer.Recipes;

namespace Pipeline.Trainer.Tests.Augmentation;

/// <summary>The bounds are wide for 20,000 draws (three standard deviations and more), and the seed is fixed.</summary>
public sealed class ChangeDrawTests
{
    private const int Count = 20_000;

    private static readonly AugmentationRecipe Full = new()
    {
        HorizontalFlip = true,
        VerticalFlip = true,
        RotationDegrees = 40,
        WidthShift = 0.2,
        HeightShift = 0.1,
        ShearRadians = 0.3,
        Zoom = new FactorRange(0.8, 1.2),
        Brightness = new FactorRange(0.1, 0.7),
    };

    [Fact]
    public void Of_ManySamples_FillEachRangeEvenly()
    {
        ImageChange[] changes = Draw(Full);

        AssertUniform(-40, 40, changes.Select(change => change.RotationDegrees));
        AssertUniform(-0.2, 0.2, changes.Select(change => change.WidthShift));
        AssertUniform(-0.1, 0.1, changes.Select(change => change.HeightShift));
        AssertUniform(-0.3, 0.3, changes.Select(change => change.ShearRadians));
        AssertUniform(0.8, 1.2, changes.Select(change => change.ZoomX));
        AssertUniform(0.8, 1.2, changes.Select(change => change.ZoomY));
        AssertUniform(0.1, 0.7, changes.Select(change => change.Brightness));
        Assert.InRange(changes.Count(change => change.IsFlippedHorizontally), Count * 0.48, Count * 0.52);
        Assert.InRange(changes.Count(change => change.IsFlippedVertically), Count * 0.48, Count * 0.52);
    }

    [Fact]
    public void Of_TwoKeys_AreIndependent()
    {
        ImageChange[] changes = Draw(Full);

        // Correlation of independent numbers: 0 within 1 / sqrt(20,000) = 0.007
        Assert.InRange(changes.Average(change => (change.ZoomX - 1) * (change.ZoomY - 1)) / (0.16 / 12), -0.03, 0.03);
        Assert.InRange(changes.Average(change => change.WidthShift / 0.2 * change.HeightShift / 0.1) * 3, -0.03, 0.03);
        Assert.InRange(changes.Count(change => change.IsFlippedHorizontally && change.IsFlippedVertically), Count * 0.23, Count * 0.27);
    }

    [Fact]
    public void Of_OtherKeysOff_DrawsTheSameNumber()
    {
        ImageChange[] full = Draw(Full);

        ImageChange[] turned = Draw(new AugmentationRecipe { RotationDegrees = 40 });
        ImageChange[] flipped = Draw(new AugmentationRecipe { HorizontalFlip = true });

        Assert.Equal(full.Select(change => change.RotationDegrees), turned.Select(change => change.RotationDegrees));
        Assert.Equal(full.Select(change => change.IsFlippedHorizontally), flipped.Select(change => change.IsFlippedHorizontally));
    }

    [Fact]
    public void Of_OtherSeedEpochOrPart_DrawsOtherNumbers()
    {
        ImageChange[] draws =
        [
            ChangeDraw.Of(Full, AugmentedPart.Train, seed: 1, epoch: 2, sample: 3),
            ChangeDraw.Of(Full, AugmentedPart.Train, seed: 4, epoch: 2, sample: 3),
            ChangeDraw.Of(Full, AugmentedPart.Train, seed: 1, epoch: 4, sample: 3),
            ChangeDraw.Of(Full, AugmentedPart.Train, seed: 1, epoch: 2, sample: 4),
            ChangeDraw.Of(Full, AugmentedPart.Validation, seed: 1, epoch: 2, sample: 3),
        ];

        Assert.Equal(draws.Length, draws.Select(change => change.RotationDegrees).Distinct().Count());
        Assert.Equal(draws[0], ChangeDraw.Of(Full, AugmentedPart.Train, seed: 1, epoch: 2, sample: 3));
    }

    [Fact]
    public void Of_EmptyRecipe_ChangesNothing() => Assert.All(Draw(new AugmentationRecipe()), change => Assert.Equal(new ImageChange(), change));

    private static ImageChange[] Draw(AugmentationRecipe recipe) => [.. Enumerable.Range(0, Count).Select(sample => ChangeDraw.Of(recipe, AugmentedPart.Train, 42, 1, sample))];

    private static void AssertUniform(double low, double high, IEnumerable<double> values)
    {
        int[] tenths = new int[10];
        foreach (double value in values)
        {
            Assert.InRange(value, low, high);
            tenths[Math.Min(9, (int)((value - low) / (high - low) * 10))]++;
        }

        Assert.All(tenths, count => Assert.InRange(count, Count * 0.09, Count * 0.11));
    }
}
