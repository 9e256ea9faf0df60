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
        RadialDistortion = 0.2,
        Contrast = new FactorRange(0.5, 1.5),
        Saturation = new FactorRange(0, 2),
        HueDegrees = 30,
        RandomErasing = ErasingRecipe.Usual,
        RandomResizedCrop = new CropRecipe(new FactorRange(0.1, 0.5), FactorRange.One),
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
        AssertUniform(-0.2, 0.2, changes.Select(change => change.RadialDistortion));
        AssertUniform(0.5, 1.5, changes.Select(change => change.Contrast));
        AssertUniform(0, 2, changes.Select(change => change.Saturation));
        AssertUniform(-30, 30, changes.Select(change => change.HueDegrees));
        AssertUniform(0.1, 0.5, changes.Select(change => change.Crop.Width * change.Crop.Height));
        AssertUniform(0, 1, changes.Select(change => change.Crop.Left / (1 - change.Crop.Width)));
        AssertUniform(0, 1, changes.Select(change => change.Crop.Top / (1 - change.Crop.Height)));
        Assert.InRange(changes.Count(change => change.Erased is not null), Count * 0.48, Count * 0.52);
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
        Assert.InRange(
            changes.Count(change => change.IsFlippedHorizontally && change.IsFlippedVertically),
            Count * 0.23,
            Count * 0.27
        );
    }

    [Fact]
    public void Of_OtherKeysOff_DrawsTheSameNumber()
    {
        ImageChange[] full = Draw(Full);

        ImageChange[] turned = Draw(new AugmentationRecipe { RotationDegrees = 40 });
        ImageChange[] flipped = Draw(new AugmentationRecipe { HorizontalFlip = true });

        Assert.Equal(full.Select(change => change.RotationDegrees), turned.Select(change => change.RotationDegrees));
        Assert.Equal(
            full.Select(change => change.IsFlippedHorizontally),
            flipped.Select(change => change.IsFlippedHorizontally)
        );
    }

    [Fact]
    public void Of_OtherSeedEpochOrPart_DrawsOtherNumbers()
    {
        ImageChange[] draws =
        [
            ChangeDraw.Draw(Full, AugmentedPart.Train, seed: 1, epoch: 2, sample: 3),
            ChangeDraw.Draw(Full, AugmentedPart.Train, seed: 4, epoch: 2, sample: 3),
            ChangeDraw.Draw(Full, AugmentedPart.Train, seed: 1, epoch: 4, sample: 3),
            ChangeDraw.Draw(Full, AugmentedPart.Train, seed: 1, epoch: 2, sample: 4),
            ChangeDraw.Draw(Full, AugmentedPart.Validation, seed: 1, epoch: 2, sample: 3),
        ];

        Assert.Equal(draws.Length, draws.Select(change => change.RotationDegrees).Distinct().Count());
        Assert.Equal(draws[0], ChangeDraw.Draw(Full, AugmentedPart.Train, seed: 1, epoch: 2, sample: 3));
    }

    [Fact]
    public void Of_EmptyRecipe_ChangesNothing() =>
        Assert.All(Draw(new AugmentationRecipe()), change => Assert.Equal(new ImageChange(), change));

    [Fact]
    public void Of_ZoomOfBothAxes_KeepsProportions() =>
        Assert.All(Draw(Full with { ZoomAxes = ZoomAxes.Both }), change => Assert.Equal(change.ZoomX, change.ZoomY));

    [Fact]
    public void Of_Stretch_KeepsTheArea()
    {
        ImageChange[] changes = Draw(new AugmentationRecipe { Stretch = new FactorRange(0.5, 2) });

        Assert.All(changes, change => Assert.Equal(1, change.ZoomX * change.ZoomY, 1e-12));
        AssertUniform(-1, 1, changes.Select(change => Math.Log2(change.ZoomY / change.ZoomX)));
    }

    [Fact]
    public void Of_CropsAndErasedBoxes_LieInTheImage()
    {
        var wild = new FactorRange(0.05, 20);
        ImageChange[] changes = Draw(
            new AugmentationRecipe
            {
                RandomResizedCrop = CropRecipe.Usual with { Aspect = wild },
                RandomErasing = ErasingRecipe.Usual with { Aspect = wild },
            }
        );

        Assert.All(
            changes.Select(change => change.Crop).Concat(changes.Select(change => change.Erased ?? Box.Whole)),
            box =>
            {
                Assert.InRange(box.Left, 0, 1 - box.Width + 1e-12);
                Assert.InRange(box.Top, 0, 1 - box.Height + 1e-12);
            }
        );
        Assert.Contains(changes, change => change.Crop.Width > 3 * change.Crop.Height);
    }

    [Fact]
    public void Of_TrivialAugment_ChoosesEachOfFourteenAlike()
    {
        ImageChange[] changes = Draw(new AugmentationRecipe { Auto = AutoPolicy.TrivialAugment });

        // A strength of 0, one in 31, changes nothing for the nine kinds that have one of that meaning
        double each = Count / 14.0,
            moved = each * 30 / 31;
        Assert.InRange(changes.Count(change => change.Tone.Kind == ToneKind.Equalize), each * 0.9, each * 1.1);
        Assert.InRange(changes.Count(change => change.Tone.Kind == ToneKind.AutoContrast), each * 0.9, each * 1.1);
        Assert.InRange(changes.Count(change => change.Tone.Kind == ToneKind.Solarize), each * 0.9, each * 1.1);
        Assert.InRange(changes.Count(change => change.Brightness != 1), moved * 0.9, moved * 1.1);
        Assert.InRange(
            changes.Count(change => change.Policy != AffineMap.Identity),
            5 * moved * 0.95,
            5 * moved * 1.05
        );
        Assert.InRange(
            changes.Count(change => change == new ImageChange()),
            (each + (8 * each / 31)) * 0.9,
            (each + (8 * each / 31)) * 1.1
        );
        Assert.Equal(
            [2, 3, 4, 5, 6, 7, 8],
            changes
                .Where(change => change.Tone.Kind == ToneKind.Posterize)
                .Select(change => change.Tone.Amount)
                .Distinct()
                .Order()
        );
        Assert.Equal(32, changes.Max(change => change.Policy.X0));
        Assert.Equal(-32, changes.Min(change => change.Policy.Y0));
        Assert.Equal(0.99, changes.Where(change => change.Policy.YY == 1).Max(change => change.Policy.YX), 1e-12);
        Assert.Equal(1.99, changes.Max(change => change.Saturation), 1e-12);
    }

    private static ImageChange[] Draw(AugmentationRecipe recipe) =>
        [.. Enumerable.Range(0, Count).Select(sample => ChangeDraw.Draw(recipe, AugmentedPart.Train, 42, 1, sample))];

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
