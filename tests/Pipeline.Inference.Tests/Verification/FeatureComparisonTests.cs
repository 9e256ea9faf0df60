using System.Text.Json;
using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;
using Pipeline.Inference.Sessions;
using Pipeline.Inference.Verification;

namespace Pipeline.Inference.Tests.Verification;

/// <summary>
/// The output <c>features</c> in the gate. The model gives the mean of each channel, of images of one grey each.
/// </summary>
public sealed class FeatureComparisonTests : IDisposable
{
    private const int Images = 3;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(Images)]
    [InlineData(1)] // of the first image only, as the trainer writes those of some
    public void Verify_TheTrainersOwnFeatures_Passes(int featured)
    {
        VerificationReport report = Verify(Golden([featured, 3], Greys(featured)));

        Assert.Empty(report.Failures);
        Assert.Equal(featured, report.FeatureImages);
        Assert.InRange(report.MaxAbsFeatureDifference, 0, 1e-3);
        Assert.Equal(1e-4 * (10 + (50 * (featured - 1))), report.FeatureTolerance, 1e-9);
        Assert.Equal(
            featured,
            JsonDocument.Parse(VerificationJson.ToJson(report)).RootElement.GetProperty("featureImages").GetInt32()
        );
    }

    [Fact]
    public void Verify_AFeatureThatDiffers_Fails()
    {
        float[] features = Greys(Images);
        features[7] += 0.5f;

        VerificationReport report = Verify(Golden([Images, 3], features));

        Assert.StartsWith(
            "features differ from the trainer's by 0.5, allowed are 0.011",
            Assert.Single(report.Failures),
            StringComparison.Ordinal
        );
        Assert.InRange(report.MaxAbsLogitDifference, 0, 1e-4);
    }

    [Fact]
    public void Verify_FeaturesOfAnotherLength_Fails()
    {
        VerificationReport report = Verify(Golden([Images, 2], [.. Greys(Images).Take(6)]));

        Assert.Equal(
            "the output 'features' has 3 values for an image, the trainer's features have 2",
            Assert.Single(report.Failures)
        );
    }

    [Fact]
    public void Verify_AGoldenFileWithoutFeatures_FailsOnlyWhenTheyAreAskedFor()
    {
        string golden = Golden(null, []);

        Assert.Equal(
            $"golden file '{golden}' has no features to compare the output 'features' with: train again, "
                + "or export without features",
            Assert.Single(Verify(golden).Failures)
        );
        Assert.True(Verify(golden, features: false) is { Passed: true, FeatureImages: 0 });
    }

    [Fact]
    public void Verify_FeaturesOfMoreImagesThanThereAre_IsRefused()
    {
        DatasetException error = Assert.Throws<DatasetException>(() => Verify(Golden([4, 3], new float[12])));

        Assert.Contains("it has features of 4 images and 3 images", error.Message, StringComparison.Ordinal);
    }

    private static byte Grey(int image) => (byte)(10 + (50 * image));

    private static float[] Greys(int count) =>
        [.. Enumerable.Range(0, count).SelectMany(image => Enumerable.Repeat((float)Grey(image), 3))];

    private static VerificationReport Verify(string golden, bool features = true) =>
        ModelVerifier.Verify(
            TestModels.Path("with-features"),
            golden,
            new VerificationOptions
            {
                Scoring = new ScoringOptions { Threads = 1, Features = features },
            }
        );

    private string Golden(long[]? shape, float[] features)
    {
        byte[][] images =
        [
            .. Enumerable
                .Range(0, Images)
                .Select(image => Enumerable.Repeat(Grey(image), TestModels.Size.RgbBytes).ToArray()),
        ];
        var tensors = new List<TensorData>
        {
            new("images", TensorElementType.UInt8, [Images, 8, 8, 3], images.SelectMany(image => image).ToArray()),
            TensorData.FromFloat32(
                "logits",
                [Images, 3],
                [.. images.SelectMany(image => TestModels.ColorLogits(image))]
            ),
            TensorData.FromInt64("labels", [Images], new long[Images]),
        };
        if (shape is not null)
        {
            tensors.Add(TensorData.FromFloat32("features", shape, features));
        }

        using var buffer = new MemoryStream();
        new SafetensorsFile(new WeightSet(tensors), new Dictionary<string, string>()).Write(buffer);
        return folder.Write("golden.safetensors", buffer.ToArray());
    }
}
