using System.Text.Json;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Imaging;
using Pipeline.Core.Tensors;
using Pipeline.Inference.Sessions;
using Pipeline.Inference.Verification;

namespace Pipeline.Inference.Tests.Verification;

public sealed class ModelVerifierTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1, new[] { 1 })]
    [InlineData(2, new[] { 1, 2 })]
    [InlineData(3, new[] { 1, 2, 3 })]
    [InlineData(40, new[] { 1, 2, 8, 32 })]
    [InlineData(64, new[] { 1, 2, 31, 32 })]
    public void Verify_TheTrainersOwnLogits_PassesAtEveryBatchSize(int count, int[] batchSizes)
    {
        VerificationReport report = Verify(Golden(count));

        Assert.Empty(report.Failures);
        Assert.True(report.Passed);
        Assert.Equal(count, report.Images);
        Assert.Equal(batchSizes, report.BatchSizes);
        Assert.Equal(1, report.Top1Agreement);
        Assert.Equal(count, report.ImagesDecodedEqual);
        Assert.Equal(1, report.AccuracyTorch);
        Assert.Equal(1, report.AccuracyOnnx);
        Assert.InRange(report.MaxAbsLogitDifference, 0, 1e-5);
    }

    [Fact]
    public void Verify_ALogitThatDiffers_FailsAndNamesTheImage()
    {
        VerificationReport report = Verify(Golden(5, logits => logits[4 * 3] += 0.01f));

        Assert.False(report.Passed);
        Assert.Equal(0.01, report.MaxAbsLogitDifference, 1e-4);
        Assert.Contains("0004", Assert.Single(report.Failures), StringComparison.Ordinal);
        Assert.Empty(report.Disagreements);
    }

    [Fact]
    public void Verify_AnotherTemperatureThanTheTrainers_Fails()
    {
        VerificationReport report = Verify(Golden(3), new VerificationOptions { Temperature = 2 });

        Assert.Equal(2, report.Temperature);
        Assert.InRange(report.MaxAbsProbabilityDifference, 0.001, 1);
        Assert.Collection(
            report.Failures,
            failure => Assert.Equal("the contract says temperature 1, the trainer 2", failure),
            failure =>
                Assert.StartsWith(
                    "probabilities are not softmax(logits / 2): they differ by ",
                    failure,
                    StringComparison.Ordinal
                )
        );
    }

    [Fact]
    public void Verify_ProbabilitiesOfAnotherTemperatureThanTheContracts_Fails()
    {
        string changed = folder.Write("changed.onnx", TestModels.WithTemperature('2'));
        var options = new VerificationOptions
        {
            Scoring = new ScoringOptions { Threads = 1, SelfTest = false },
        };

        VerificationReport report = ModelVerifier.Verify(changed, Golden(3), options);

        Assert.StartsWith(
            "probabilities are not softmax(logits / 2)",
            Assert.Single(report.Failures),
            StringComparison.Ordinal
        );
        Assert.True(report.MaxAbsProbabilityDifference > report.ProbabilityTolerance);
    }

    [Fact]
    public void Verify_AnotherClass_CountsAsADisagreement()
    {
        VerificationReport report = Verify(Golden(4, logits => (logits[0], logits[2]) = (logits[2], logits[0])));

        Assert.False(report.Passed);
        Disagreement image = Assert.Single(report.Disagreements);
        Assert.Equal(("blue", "red", true), (image.Expected, image.Found, image.Counted));
        Assert.Equal(0.75, report.Top1Agreement);
        Assert.Equal(0.75, report.AccuracyTorch);
        Assert.Equal(1, report.AccuracyOnnx);
    }

    [Fact]
    public void Verify_AnotherClassWithinTheTolerance_IsListedButNotCounted()
    {
        // Black, and a bias of the two best classes that is 0.05 apart: a tolerance of 0.1 leaves either right.
        string golden = Write([new byte[TestModels.Size.RgbBytes]], [0.05f, -0.2f, 0.1f], [0], null);

        VerificationReport report = Verify(
            golden,
            new VerificationOptions { Precision = new ModelPrecision("wide", 0.1, 0) }
        );

        Assert.Empty(report.Failures);
        Disagreement image = Assert.Single(report.Disagreements);
        Assert.Equal(("red", "blue", false, "#0"), (image.Expected, image.Found, image.Counted, image.Image));
        Assert.Equal(1, report.Top1Agreement);
    }

    [Theory]
    [InlineData(0.1, true)] // 1 of 10 images
    [InlineData(0.09, false)]
    public void Verify_WithABudget_CountsEveryOtherClassAgainstIt(double budget, bool passes)
    {
        // A tolerance of 1 x 12.05 lets the swapped logits pass; their margin is far below it, and still they count.
        string golden = Golden(10, logits => (logits[0], logits[2]) = (logits[2], logits[0]));

        VerificationReport report = Verify(
            golden,
            new VerificationOptions { Precision = new ModelPrecision("coarse", 1, budget) }
        );

        Assert.Equal(passes, report.Passed);
        Disagreement image = Assert.Single(report.Disagreements);
        Assert.Equal((true, "0000-red.png", 0.9), (image.Counted, image.Image, report.Top1Agreement));
        Assert.Equal(("coarse", budget), (report.Arithmetic, report.Top1Budget));
    }

    [Fact]
    public void Verify_AnImageThatDecodesToOtherBytes_Fails()
    {
        string golden = Golden(3);
        File.WriteAllBytes(folder[Name(1)], TestPictures.PngOf("blue", 17));

        VerificationReport report = Verify(golden);

        Assert.Equal(2, report.ImagesDecodedEqual);
        Assert.Contains(Name(1), Assert.Single(report.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_OriginalsThatAreGone_AreCountedAndFailOnlyWhenRequired()
    {
        string golden = Golden(3);
        File.Delete(folder[Name(2)]);

        Assert.True(Verify(golden) is { Passed: true, ImagesMissing: 1, ImagesDecodedEqual: 2 });
        Assert.False(Verify(golden, new VerificationOptions { RequireImages = true }).Passed);
    }

    [Fact]
    public void Verify_OtherLabels_Fails()
    {
        string golden = Golden(2);

        Assert.True(Verify(golden, new VerificationOptions { Labels = new LabelSet(["blue", "green", "red"]) }).Passed);
        Assert.Contains(
            "labels differ",
            Assert.Single(
                Verify(golden, new VerificationOptions { Labels = new LabelSet(["red", "green", "blue"]) }).Failures
            ),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Verify_ScoresThatAreNotFinite_Fails()
    {
        string golden = Write([new byte[TestModels.Size.RgbBytes]], [0.1f, -0.2f, 0.05f], [0], null);

        VerificationReport report = ModelVerifier.Verify(
            TestModels.Path("nan-on-black"),
            golden,
            OneThread(new VerificationOptions())
        );

        Assert.False(report.Passed);
        Assert.Contains("\"maxAbsLogitDifference\": null", VerificationJson.ToJson(report), StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_AGoldenFileOfAnotherModel_IsRefused()
    {
        var pixels = new TensorData("images", TensorElementType.UInt8, [1, 8, 8, 3], new byte[192]);
        TensorData labels = TensorData.FromInt64("labels", [1], [7]);
        TensorData logits = TensorData.FromFloat32("logits", [1, 3], [0, 0, 0]);

        Assert.Contains("no tensor 'logits'", Refusal(pixels, labels), StringComparison.Ordinal);
        Assert.Contains("label 7", Refusal(pixels, labels, logits), StringComparison.Ordinal);
        Assert.Contains(
            "[N, 8, 8, 3]",
            Refusal(new TensorData("images", TensorElementType.UInt8, [1, 4, 4, 3], new byte[48]), labels, logits),
            StringComparison.Ordinal
        );
        Assert.Throws<WeightsException>(() => Verify(folder["missing.safetensors"]));
    }

    [Fact]
    public void ToJson_AReport_HasTheKeysThatOtherProgramsRead()
    {
        using JsonDocument json = JsonDocument.Parse(
            VerificationJson.ToJson(Verify(Golden(4, logits => logits[0] += 50)))
        );

        string[] keys = [.. json.RootElement.EnumerateObject().Select(property => property.Name)];
        Assert.All(
            [
                "maxAbsLogitDifference",
                "top1Agreement",
                "batchSizes",
                "images",
                "accuracyTorch",
                "accuracyOnnx",
                "tolerance",
                "temperature",
                "maxAbsProbabilityDifference",
                "probabilityTolerance",
                "passed",
                "disagreements",
                "failures",
            ],
            key => Assert.Contains(key, keys)
        );
        Assert.False(json.RootElement.GetProperty("passed").GetBoolean());
        Assert.Equal("0000-red.png", json.RootElement.GetProperty("disagreements")[0].GetProperty("image").GetString());
    }

    private static string Name(int index) =>
        FormattableString.Invariant($"{index:0000}-{TestPictures.ColorOf(index)}.png");

    private static VerificationOptions OneThread(VerificationOptions options) =>
        options with
        {
            Scoring = new ScoringOptions { Threads = 1 },
        };

    private static VerificationReport Verify(string golden, VerificationOptions? options = null) =>
        ModelVerifier.Verify(TestModels.Colors, golden, OneThread(options ?? new VerificationOptions()));

    /// <summary>Images of the folder with the logits of plain code, changed as the test likes.</summary>
    private string Golden(int count, Action<float[]>? change = null)
    {
        string[] paths = folder.AddColors(count);
        Preprocessing rules;
        using (ScoringSession session = ScoringSession.Open(TestModels.Colors, new ScoringOptions { Threads = 1 }))
        {
            rules = session.Contract.Preprocessing;
        }

        byte[][] images =
        [
            .. paths.Select(path =>
            {
                byte[] pixels = new byte[TestModels.Size.RgbBytes];
                ImageDecoder.DecodeFile(path, rules, pixels);
                return pixels;
            }),
        ];
        float[] logits = [.. images.SelectMany(image => TestModels.ColorLogits(image))];
        change?.Invoke(logits);
        return Write(
            images,
            logits,
            [.. Enumerable.Range(0, count).Select(index => 2L - (index % 3 == 2 ? 2 : index % 3))],
            [.. paths.Select(path => Path.GetFileName(path))]
        );
    }

    private string Write(byte[][] images, float[] logits, long[] labels, string[]? paths)
    {
        var tensors = new WeightSet([
            new TensorData(
                "images",
                TensorElementType.UInt8,
                [images.Length, 8, 8, 3],
                images.SelectMany(image => image).ToArray()
            ),
            TensorData.FromFloat32("logits", [images.Length, 3], logits),
            TensorData.FromInt64("labels", [images.Length], labels),
        ]);
        return Write(
            tensors,
            paths is null ? [] : new Dictionary<string, string> { ["paths"] = JsonSerializer.Serialize(paths) }
        );
    }

    private string Write(WeightSet tensors, Dictionary<string, string> metadata)
    {
        using var buffer = new MemoryStream();
        new SafetensorsFile(tensors, metadata).Write(buffer);
        return folder.Write("golden.safetensors", buffer.ToArray());
    }

    private string Refusal(params TensorData[] tensors)
    {
        string golden = Write(new WeightSet(tensors), []);
        return Assert.Throws<DatasetException>(() => Verify(golden)).Message;
    }
}
