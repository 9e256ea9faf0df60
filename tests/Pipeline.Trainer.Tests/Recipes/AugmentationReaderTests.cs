using Pipeline.Core.Errors;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Recipes.Reading;

namespace Pipeline.Trainer.Tests.Recipes;

public sealed class AugmentationReaderTests
{
    private const string Full =
        "horizontal_flip: true, vertical_flip: true, rotation_degrees: 40, width_shift: 0.2, height_shift: 0.1, "
        + "shear_radians: 0.2, zoom: 0.2, brightness: [0.1, 0.7], fill: constant, fill_value: 127.5, "
        + "zoom_axes: both, stretch: [0.75, 1.25], radial_distortion: 0.1, contrast: [0.5, 1.5], saturation: [0, "
        + "2], hue_degrees: 18, auto: trivial-augment, "
        + "random_resized_crop: { area: [0.5, 1], aspect: [0.9, 1.1] }, random_erasing: { probability: 0.25, area: "
        + "[0.1, 0.2], aspect: [1, 2], value: 0 }";

    [Fact]
    public void Read_EveryKey_IsTaken()
    {
        var expected = new AugmentationRecipe
        {
            HorizontalFlip = true,
            VerticalFlip = true,
            RotationDegrees = 40,
            WidthShift = 0.2,
            HeightShift = 0.1,
            ShearRadians = 0.2,
            Zoom = new FactorRange(0.8, 1.2),
            Brightness = new FactorRange(0.1, 0.7),
            Fill = FillMode.Constant,
            FillValue = 127.5,
            ZoomAxes = ZoomAxes.Both,
            Stretch = new FactorRange(0.75, 1.25),
            RadialDistortion = 0.1,
            Contrast = new FactorRange(0.5, 1.5),
            Saturation = new FactorRange(0, 2),
            HueDegrees = 18,
            Auto = AutoPolicy.TrivialAugment,
            RandomResizedCrop = new CropRecipe(new FactorRange(0.5, 1), new FactorRange(0.9, 1.1)),
            RandomErasing = new ErasingRecipe(0.25, new FactorRange(0.1, 0.2), new FactorRange(1, 2), 0),
        };

        PhaseRecipe phase = Read(Full).Models[0].Phases[0];

        Assert.Equal(expected, phase.Augmentation);
        Assert.False(phase.AugmentValidation);
    }

    [Theory]
    [InlineData("")]
    [InlineData("horizontal_flip: true")]
    [InlineData("zoom: [0.5, 3], fill: reflect")]
    [InlineData("random_resized_crop: {}, random_erasing: {}")]
    [InlineData(Full)]
    public void Read_WrittenRecipe_IsTheSame(string keys)
    {
        Recipe recipe = Read(keys, keys.Length > 0 ? ", augment_validation: true" : string.Empty);

        Recipe again = RecipeReader.Read(RecipeWriter.Write(recipe), "resolved.yaml", []);

        Assert.Equal(recipe.Models[0].Phases[0].Augmentation, again.Models[0].Phases[0].Augmentation);
        Assert.Equal(recipe.Models[0].Phases[0].AugmentValidation, again.Models[0].Phases[0].AugmentValidation);
        Assert.Equal(RecipeWriter.Hash(recipe), RecipeWriter.Hash(again));
    }

    [Theory]
    [InlineData(
        "rotation_degrees: 200",
        "'rotation_degrees' in 'augmentation' is '200', expected an angle from 0 to 180 degrees"
    )]
    [InlineData("rotation_degrees: -1", "from 0 to 180")]
    [InlineData("rotation_degrees: .nan", "from 0 to 180")]
    [InlineData("width_shift: 20", "a share of the width from 0 to 1")]
    [InlineData("height_shift: -0.1", "a share of the height from 0 to 1")]
    [InlineData("shear_radians: 20", "from 0 to 1.5 radians")]
    [InlineData("zoom: 1", "a number from 0 to below 1")]
    [InlineData("zoom: [0, 1]", "'zoom' in 'augmentation' is [0, 1], expected")]
    [InlineData("zoom: [1.2, 0.8]", "0 < low <= high")]
    [InlineData("zoom: [0.8]", "[low, high]")]
    [InlineData("zoom: { low: 1 }", "'zoom' in 'augmentation' is a mapping")]
    [InlineData("brightness: 0.5", "'brightness' in 'augmentation' is '0.5', expected [low, high]")]
    [InlineData("brightness: [-1, 1]", "0 <= low <= high")]
    [InlineData("brightness: [low, [1]]", "is [low, ?], expected")]
    [InlineData("stretch: [0, 1]", "'stretch' in 'augmentation' is [0, 1], expected [low, high] with 0 < low <= high")]
    [InlineData("radial_distortion: 0.4", "a coefficient from 0 to 0.3")]
    [InlineData("contrast: 0.5", "'contrast' in 'augmentation' is '0.5', expected [low, high]")]
    [InlineData("saturation: [2, 1]", "0 <= low <= high")]
    [InlineData("hue_degrees: 200", "an angle from 0 to 180 degrees")]
    [InlineData("random_resized_crop: 0.5", "'random_resized_crop' in 'augmentation' is '0.5', expected a mapping")]
    [InlineData(
        "random_resized_crop: { area: [0.5, 2] }",
        "'area' in 'random_resized_crop' is [0.5, 2], expected [low, high], shares of the area"
    )]
    [InlineData("random_resized_crop: { scale: [0.5, 1] }", "'random_resized_crop' has no key 'scale'")]
    [InlineData("random_erasing: { probability: 0 }", "a share of the images above 0 and up to 1")]
    [InlineData("random_erasing: { value: 256 }", "a pixel value from 0 to 255")]
    [InlineData("auto: rand-augment", "expected one of: none, trivial-augment")]
    [InlineData("zoom_axes: both", "'zoom_axes' has an effect with 'zoom' only")]
    [InlineData("fill: wrap", "expected one of: nearest, reflect, constant")]
    [InlineData("fill: constant, fill_value: 256", "a pixel value from 0 to 255")]
    [InlineData("fill_value: 10", "'fill_value' has an effect with 'fill: constant' only")]
    [InlineData("horizontal_flip: yes", "expected true or false")]
    [InlineData("rotation_degree: 20", "Did you mean 'rotation_degrees'?")]
    public void Read_BadValue_SaysPlaceAndRemedy(string keys, string expected)
    {
        RecipeException error = Assert.Throws<RecipeException>(() => Read(keys));

        Assert.StartsWith("r.yaml, line 9, column ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AugmentValidationWithoutAugmentation_IsRefused()
    {
        RecipeException error = Assert.Throws<RecipeException>(() =>
            Read("rotation_degrees: 0", ", augment_validation: true")
        );

        Assert.Contains("line 9", error.Message, StringComparison.Ordinal);
        Assert.Contains("Add an augmentation", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("fill: reflect", true)]
    [InlineData("zoom: 0, rotation_degrees: 0, brightness: [1, 1]", true)]
    [InlineData("horizontal_flip: true", true)]
    [InlineData("horizontal_flip: true, vertical_flip: true", true)]
    [InlineData("horizontal_flip: true, rotation_degrees: 1", false)]
    [InlineData("rotation_degrees: 1", false)]
    [InlineData("width_shift: 0.1", false)]
    [InlineData("height_shift: 0.1", false)]
    [InlineData("shear_radians: 0.1", false)]
    [InlineData("zoom: 0.1", false)]
    [InlineData("brightness: [0.9, 1]", false)]
    [InlineData("contrast: [0.9, 1]", false)]
    [InlineData("saturation: [0.9, 1]", false)]
    [InlineData("hue_degrees: 1", false)]
    [InlineData("stretch: [0.9, 1]", false)]
    [InlineData("radial_distortion: 0.1", false)]
    [InlineData("random_resized_crop: {}", false)]
    [InlineData("random_erasing: {}", false)]
    [InlineData("auto: trivial-augment", false)]
    public void UsesBottleneckFeatures_HeadPhase_OnlyWhenImagesAreAtMostFlipped(string keys, bool expected)
    {
        Assert.Equal(expected, Read(keys).Models[0].Phases[0].UsesBottleneckFeatures);
    }

    private static Recipe Read(string keys, string more = "") =>
        RecipeReader.Read(
            $$"""
            name: tiny
            data: { source: cifar-10, classes: [cat, dog], split: { train: 10, validation: 5, test: 5 } }
            models:
              - name: a
                preprocessing: { size: 32, resize: squash, kernel: bicubic, scale: 1/255 }
                backbone: { name: small-cnn }
                phases:
                  - { train: head, optimizer: { name: adam, learning_rate: 1e-3 }, epochs: 2,
                      augmentation: { {{keys}} }{{more}} }
            """,
            "r.yaml",
            []
        );
}
