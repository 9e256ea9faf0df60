using System.Globalization;
using System.Text.Json;
using Pipeline.Core.Contracts;
using Pipeline.Testing;
using Pipeline.Trainer.Augmentation;
using Pipeline.Trainer.Recipes;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Tests.Augmentation;

public sealed class ImageAugmenterTests : TorchTest
{
    // A place is rounded to float32 a few times: 1e-5 pixels in images of 40, up to 255 levels per pixel along each
    // axis
    private const double Levels = 0.02;

    private static readonly ImageSize Wide = new(13, 8);

    public static TheoryData<string> Single => [.. Named.Keys];

    private static Dictionary<string, ImageChange> Named { get; } =
        new(StringComparer.Ordinal)
        {
            ["rotation"] = new() { RotationDegrees = 33 },
            ["half turn"] = new() { RotationDegrees = -180 },
            ["width shift"] = new() { WidthShift = 0.23 },
            ["height shift"] = new() { HeightShift = -0.31 },
            ["shift out of the image"] = new() { WidthShift = 1, HeightShift = -1 },
            ["shear"] = new() { ShearRadians = 0.4 },
            ["zoom in"] = new() { ZoomX = 0.6, ZoomY = 0.8 },
            ["zoom out"] = new() { ZoomX = 3.7, ZoomY = 2.1 },
            ["rotation and flip"] = new() { RotationDegrees = 20, Flips = ImageFlips.Horizontal },
            ["rotation and shift"] = new() { RotationDegrees = 40, WidthShift = 0.3 },
            ["crop"] = new() { Crop = new Box(0.3, 0.1, 0.5, 0.25) },
            ["crop of a turned and flipped image"] = new()
            {
                Crop = new Box(0, 0.6, 0.7, 0.4),
                RotationDegrees = 25,
                Flips = ImageFlips.Horizontal,
            },
            ["barrel"] = new() { RadialDistortion = 0.3 },
            ["cushion, zoomed"] = new()
            {
                RadialDistortion = -0.3,
                ZoomX = 1.2,
                ZoomY = 1.2,
            },
            ["policy's shear"] = new() { Policy = AffineMap.Identity with { XY = 0.6 } },
            ["policy's upright shear and a turn"] = new()
            {
                Policy = AffineMap.Identity with { YX = -0.6 },
                RotationDegrees = 10,
            },
            ["brightness"] = new() { Brightness = 1.7 },
            ["contrast"] = new() { Contrast = 1.8 },
            ["less contrast"] = new() { Contrast = 0.3 },
            ["saturation"] = new() { Saturation = 2.5 },
            ["less saturation"] = new() { Saturation = 0.2 },
            ["hue"] = new() { HueDegrees = 77 },
            ["hue backwards"] = new() { HueDegrees = -180 },
            ["all colours"] = new()
            {
                Brightness = 0.8,
                Contrast = 1.2,
                Saturation = 1.4,
                HueDegrees = -20,
            },
            ["sharper"] = new() { Tone = new ToneChange(ToneKind.Sharpness, 1.9) },
            ["smoother"] = new() { Tone = new ToneChange(ToneKind.Sharpness, 0.1) },
            ["posterize"] = new() { Tone = new ToneChange(ToneKind.Posterize, 3) },
            ["solarize"] = new() { Tone = new ToneChange(ToneKind.Solarize, 100) },
            ["auto contrast"] = new() { Tone = new ToneChange(ToneKind.AutoContrast) },
            ["equalize"] = new() { Tone = new ToneChange(ToneKind.Equalize) },
            ["erasing"] = new() { Erased = new Box(0.2, 0.1, 0.3, 0.6), ErasedValue = 127.5 },
            ["everything"] = new()
            {
                RotationDegrees = -70,
                WidthShift = 0.1,
                HeightShift = 0.2,
                ShearRadians = -0.3,
                ZoomX = 1.3,
                ZoomY = 0.7,
                Flips = ImageFlips.Vertical,
                Contrast = 0.4,
            },
        };

    [Theory]
    [MemberData(nameof(Single))]
    [Trait("Kind", "Oracle")]
    public void Apply_OneChange_IsThatOfTheReference(string name)
    {
        foreach (FillMode fill in Enum.GetValues<FillMode>())
        {
            foreach (float[] image in new[] { TestPixels.Ramp(Wide), TestPixels.Noise(Wide, 1) })
            {
                float[] actual = TestPixels.Apply(image, Wide, Named[name], fill, 90);

                FloatAssert.Near(ReferenceAugmentation.Apply(image, Wide, Named[name], fill, 90), actual, Levels);
            }
        }
    }

    [Theory]
    [InlineData(FillMode.Nearest)]
    [InlineData(FillMode.Reflect)]
    [InlineData(FillMode.Constant)]
    [Trait("Kind", "Oracle")]
    public void Apply_AnyRecipeSizeAndBatch_IsThatOfTheReference(FillMode fill)
    {
        for (int round = 0; round < 60; round++)
        {
            var size = new ImageSize(1 + Pick(round, 1, 40), 1 + Pick(round, 2, 40));
            AugmentationRecipe recipe = AnyRecipe(round);
            ImageChange[] changes =
            [
                .. Enumerable
                    .Range(0, 1 + Pick(round, 3, 4))
                    .Select(sample => ChangeDraw.Draw(recipe, AugmentedPart.Train, 5, round, sample)),
            ];
            float[][] images = [.. changes.Select((_, index) => TestPixels.Noise(size, (100 * round) + index))];
            double fillValue = Pick(round, 4, 256);

            float[][] actual = TestPixels.Apply(images, size, changes, fill, fillValue);

            for (int index = 0; index < images.Length; index++)
            {
                FloatAssert.Near(
                    ReferenceAugmentation.Apply(images[index], size, changes[index], fill, fillValue),
                    actual[index],
                    Levels
                );
            }
        }
    }

    [Fact]
    [Trait("Kind", "Oracle")]
    public void Apply_PolicyOnWholeValues_IsThatOfTheReference()
    {
        var size = new ImageSize(40, 30); // pixels enough for a table of equalized values
        var recipe = new AugmentationRecipe { Auto = AutoPolicy.TrivialAugment };
        ImageChange[] changes =
        [
            .. Enumerable.Range(0, 100).Select(sample => ChangeDraw.Draw(recipe, AugmentedPart.Train, 5, 0, sample)),
        ];
        float[][] images = [.. changes.Select((_, index) => TestPixels.Noise(size, index))];

        float[][] actual = TestPixels.Apply(images, size, changes, FillMode.Constant, 90);

        Assert.Equal(6, changes.Select(change => change.Tone.Kind).Distinct().Count());
        for (int index = 0; index < images.Length; index++)
        {
            FloatAssert.Near(
                ReferenceAugmentation.Apply(images[index], size, changes[index], FillMode.Constant, 90),
                actual[index],
                Levels
            );
        }
    }

    [Fact]
    public void Apply_NoChange_GivesTheVeryTensorBack()
    {
        using Tensor pixels = zeros(2, 3, 4, 4);

        Tensor result = ImageAugmenter.Apply(pixels, [new ImageChange(), new ImageChange()], FillMode.Nearest, 0);

        Assert.Same(pixels, result);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Apply_FlipsOnly_MovePixelsExactly(bool horizontally, bool vertically)
    {
        float[] image = [.. TestPixels.Noise(Wide, 3).Select(value => value / 3)];
        var flip = new ImageChange
        {
            Flips =
                (horizontally ? ImageFlips.Horizontal : ImageFlips.None)
                | (vertically ? ImageFlips.Vertical : ImageFlips.None),
        };

        float[] actual = TestPixels.Apply(image, Wide, flip);

        Assert.Equal(ReferenceAugmentation.Apply(image, Wide, flip, FillMode.Nearest, 0), actual);
        Assert.Equal(image, TestPixels.Apply(actual, Wide, flip));
    }

    [Fact]
    public void Apply_FlippedAndUnchangedImagesBesideATurnedOne_StayExact()
    {
        float[][] images =
        [
            .. Enumerable.Range(0, 3).Select(seed => TestPixels.Noise(Wide, seed).Select(value => value / 3).ToArray()),
        ];
        var flip = new ImageChange { Flips = ImageFlips.Horizontal };

        float[][] actual = TestPixels.Apply(images, Wide, [new ImageChange(), Named["everything"], flip]);

        Assert.Equal(images[0], actual[0]);
        Assert.Equal(TestPixels.Apply(images[1], Wide, Named["everything"]), actual[1]);
        Assert.Equal(ReferenceAugmentation.Apply(images[2], Wide, flip, FillMode.Nearest, 0), actual[2]);
    }

    [Fact]
    public void Apply_AnyBatchAroundAnImage_GivesTheSameBits()
    {
        var size = new ImageSize(31, 17); // no multiple of a vector's length
        ImageChange[] changes =
        [
            .. Enumerable
                .Range(0, 7)
                .Select(sample => ChangeDraw.Draw(AnyRecipe(1), AugmentedPart.Train, 5, 0, sample)),
        ];
        float[][] images = [.. changes.Select((_, index) => TestPixels.Noise(size, index))];

        float[][] together = TestPixels.Apply(images, size, changes);
        float[][] reversed = TestPixels.Apply([.. images.Reverse()], size, [.. changes.Reverse()]);

        for (int index = 0; index < images.Length; index++)
        {
            Assert.Equal(together[index], reversed[^(index + 1)]);
            Assert.Equal(together[index], TestPixels.Apply(images[index], size, changes[index]));
        }
    }

    [Fact]
    public void Apply_Brightness_IsAFactorCutAtWhite()
    {
        var pixel = new ImageSize(4, 1);

        Assert.Equal(
            TestPixels.Row(0, 15, 150, 255),
            TestPixels.Apply(TestPixels.Row(0, 10, 100, 200), pixel, new ImageChange { Brightness = 1.5 })
        );
        Assert.Equal(
            TestPixels.Row(0, 0, 0, 0),
            TestPixels.Apply(TestPixels.Row(0, 10, 100, 200), pixel, new ImageChange { Brightness = 0 })
        );
    }

    [Fact]
    [Trait("Kind", "Golden")]
    public void Apply_Brightness_GivesPillowsLevels()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "data", "torch", "brightness.json");
        using var golden = JsonDocument.Parse(File.ReadAllText(path));
        float[] levels = [.. Enumerable.Range(0, 256).Select(level => (float)level)];

        Assert.All(
            golden.RootElement.GetProperty("levels").EnumerateObject(),
            factor =>
            {
                var change = new ImageChange { Brightness = double.Parse(factor.Name, CultureInfo.InvariantCulture) };
                Assert.Equal(
                    TestPixels.Row([.. factor.Value.EnumerateArray().Select(level => level.GetSingle())]),
                    TestPixels.Apply(TestPixels.Row(levels), new ImageSize(256, 1), change)
                );
            }
        );
    }

    [Fact]
    public void Apply_BrightnessAfterAShiftByWholePixels_SeesTheSameLevels()
    {
        var size = new ImageSize(7, 1);
        var change = new ImageChange { WidthShift = 1.0 / 7, Brightness = 0.5 };

        float[] moved = TestPixels.Apply(TestPixels.Row(0, 10, 100, 200, 3, 77, 255), size, change);

        Assert.Equal(TestPixels.Row(5, 50, 100, 1, 38, 127, 127), moved); // 77 / 2 and 255 / 2 without their fraction
    }

    [Fact]
    public void Apply_Colors_AreThoseWorkedOutByHand()
    {
        var pixel = new ImageSize(2, 1);
        float[] image = [200, 100, 100, 100, 50, 100]; // (200, 100, 50) and a grey of 100

        FloatAssert.Near(
            [50, 100, 100, 100, 200, 100],
            TestPixels.Apply(image, pixel, new ImageChange { HueDegrees = -160 }),
            Levels
        ); // 20 degrees before, 220 after: red and blue change places
        FloatAssert.Near(
            [124.18f, 99.99f, 124.18f, 99.99f, 124.18f, 99.99f],
            TestPixels.Apply(image, pixel, new ImageChange { Saturation = 0 }),
            Levels
        ); // 0.2989 R + 0.587 G + 0.114 B
        FloatAssert.Near(
            [112.085f, 112.085f, 112.085f, 112.085f, 112.085f, 112.085f],
            TestPixels.Apply(image, pixel, new ImageChange { Contrast = 0 }),
            Levels
        ); // the mean of the two
    }

    [Fact]
    public void Apply_Erasing_PaintsWholePixels()
    {
        var change = new ImageChange { Erased = new Box(0.25, 0, 0.5, 1), ErasedValue = 7 };

        Assert.Equal(
            TestPixels.Row(10, 7, 7, 40),
            TestPixels.Apply(TestPixels.Row(10, 20, 30, 40), new ImageSize(4, 1), change)
        );
    }

    [Fact]
    public void Apply_CropOfAHalf_EnlargesIt()
    {
        // The middle half of 0 100: edges at 50 and 150 hundredths of a pixel, so its two pixels are read at 0.25 and
        // 0.75
        float[] actual = TestPixels.Apply(
            TestPixels.Row(0, 100),
            new ImageSize(2, 1),
            new ImageChange { Crop = new Box(0.25, 0, 0.5, 1) }
        );

        FloatAssert.Near(TestPixels.Row(25, 75), actual, Levels);
    }

    [Fact]
    public void Apply_QuarterTurnOfASquare_MovesWholePixels()
    {
        float[] image = [1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4]; // 1 2 above 3 4, in each channel

        float[] actual = TestPixels.Apply(image, new ImageSize(2, 2), new ImageChange { RotationDegrees = 90 });

        FloatAssert.Near([2, 4, 1, 3, 2, 4, 1, 3, 2, 4, 1, 3], actual, Levels); // counter-clockwise as seen
    }

    private static int Pick(int round, int what, int count) =>
        (int)(CounterRandom.Bits(77, round, what) % (ulong)count);

    /// <summary>
    /// A recipe with each key on in about half of the rounds, but for brightness: it drops fractions, so a rounding of
    /// the geometry before it could move a level.
    /// </summary>
    private static AugmentationRecipe AnyRecipe(int round) =>
        new()
        {
            HorizontalFlip = Pick(round, 11, 2) == 0,
            VerticalFlip = Pick(round, 12, 2) == 0,
            RotationDegrees = Pick(round, 13, 2) * Pick(round, 14, 181),
            WidthShift = Pick(round, 15, 2) * Pick(round, 16, 101) / 100.0,
            HeightShift = Pick(round, 17, 2) * Pick(round, 18, 101) / 100.0,
            ShearRadians = Pick(round, 19, 2) * Pick(round, 20, 16) / 10.0,
            Zoom = Pick(round, 21, 2) == 0 ? FactorRange.One : new FactorRange(0.3, 1 + Pick(round, 22, 3)),
            ZoomAxes = (ZoomAxes)Pick(round, 24, 2),
            Stretch = Pick(round, 25, 2) == 0 ? FactorRange.One : new FactorRange(0.6, 1.6),
            RadialDistortion = Pick(round, 26, 2) * 0.3,
            RandomResizedCrop = Pick(round, 27, 2) == 0 ? null : CropRecipe.Usual,
            Contrast = Pick(round, 28, 2) == 0 ? FactorRange.One : new FactorRange(0.5, 1.5),
            Saturation = Pick(round, 29, 2) == 0 ? FactorRange.One : new FactorRange(0.5, 1.5),
            HueDegrees = Pick(round, 30, 2) * 30,
            RandomErasing = Pick(round, 31, 2) == 0 ? null : ErasingRecipe.Usual,
        };
}
