using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Imaging;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Tests.Sessions;

public sealed class ScoringSessionTests
{
    private static readonly ScoringOptions OneThread = new() { Threads = 1 };

    [Fact]
    public void Open_AModel_ReadsItsContractAndPassesItsSelfTest()
    {
        using ScoringSession session = ScoringSession.Open(TestModels.Colors, OneThread);

        Assert.Equal(["blue", "green", "red"], session.Contract.Labels);
        Assert.Equal(TestModels.Size, session.Contract.Preprocessing.Size);
        Assert.Equal("uint8 [N, 8, 8, 3]", session.Inputs[0].ToString());
        Assert.InRange(session.SelfTestDifference ?? double.NaN, 0, 1e-5);
    }

    [Theory]
    [InlineData("wrong-class-count", "'logits' is float32 [N, 4], expected float32 [N, 3]")]
    [InlineData("wrong-input-type", "'image' is float32")]
    [InlineData("wrong-input-name", "'image' is missing")]
    [InlineData("wrong-size", "[N, 9, 8, 3]")]
    [InlineData("wrong-output-name", "'logits' is missing")]
    [InlineData("frozen-batch", "[1, 8, 8, 3]")]
    [InlineData("unknown-version", "version 2")]
    [InlineData("no-contract", "pipeline.contract")]
    [InlineData("wrong-golden", "self-test")]
    public void Open_AModelThatContradictsItsContract_IsRefusedWithTheFault(string model, string fault)
    {
        ModelContractException error = Assert.Throws<ModelContractException>(() =>
            ScoringSession.Open(TestModels.Path(model), OneThread)
        );

        Assert.Contains(fault, error.Message, StringComparison.Ordinal);
        Assert.Equal(TestModels.Path(model), error.Subject);
    }

    [Fact]
    public void Score_ACalibratedModel_DividesTheLogitsBeforeTheSoftmax()
    {
        using ScoringSession session = ScoringSession.Open(TestModels.Calibrated, OneThread);

        using ScoreBatch scores = session.Score(new byte[TestModels.Size.RgbBytes], 1);

        float[] logits = TestModels.ColorLogits(new byte[TestModels.Size.RgbBytes]);
        double[] weights = [.. logits.Select(logit => Math.Exp(logit / 2.5))];
        Assert.Equal(2.5, session.Contract.Temperature);
        Assert.Equal(logits, scores.Logits(0).ToArray());
        Assert.All(
            weights.Zip(scores.Probabilities(0).ToArray()),
            pair => Assert.Equal(pair.First / weights.Sum(), pair.Second, 1e-6)
        );
    }

    [Fact]
    public void Open_AnotherTemperatureInTheContractThanInTheGraph_IsRefused()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("changed.onnx", TestModels.WithTemperature('3'));

        ModelContractException error = Assert.Throws<ModelContractException>(() =>
            ScoringSession.Open(path, OneThread)
        );

        Assert.Contains(
            "failed its self-test on cpu: its probabilities differ by",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "from softmax(logits / 3), the temperature of its contract",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Open_WrongGoldenWithoutTheSelfTest_Opens()
    {
        using ScoringSession session = ScoringSession.Open(
            TestModels.Path("wrong-golden"),
            OneThread with
            {
                SelfTest = false,
            }
        );

        Assert.Null(session.SelfTestDifference);
    }

    [Fact]
    public void Open_AFileThatIsNoModel_IsRefusedByName()
    {
        using var folder = new TemporaryFolder();
        byte[] model = File.ReadAllBytes(TestModels.Colors);
        string[] paths =
        [
            folder["missing.onnx"],
            folder.Write("empty.onnx", []),
            folder.Write("text.onnx", "hello"u8.ToArray()),
            folder.Write("half.onnx", model[..(model.Length / 2)]),
        ];

        Assert.All(
            paths,
            path =>
                Assert.Contains(
                    path,
                    Assert.Throws<ModelContractException>(() => ScoringSession.Open(path, OneThread)).Message,
                    StringComparison.Ordinal
                )
        );
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(32)]
    public void Score_AnyBatchSize_GivesTheLogitsOfPlainCodeInOrder(int count)
    {
        using ScoringSession session = ScoringSession.Open(TestModels.Colors, OneThread);
        using ImageBatch images = Noise(count);

        using ScoreBatch scores = session.Score(images);

        Assert.Equal(count, scores.Count);
        for (int index = 0; index < count; index++)
        {
            float[] expected = TestModels.ColorLogits(images.Image(index));
            float[] exponentials = [.. expected.Select(logit => MathF.Exp(logit - expected.Max()))];
            Assert.InRange(Tolerance.MaxDifference(expected, scores.Logits(index)), 0, 1e-5);
            Assert.InRange(
                Tolerance.MaxDifference(
                    [.. exponentials.Select(e => e / exponentials.Sum())],
                    scores.Probabilities(index)
                ),
                0,
                1e-6
            );
        }
    }

    [Fact]
    public void Score_NoImages_GivesNoRows()
    {
        using ScoringSession session = ScoringSession.Open(TestModels.Colors, OneThread);

        using ScoreBatch scores = session.Score([], 0);

        Assert.Equal(0, scores.Count);
        Assert.True(scores.AllLogits.IsEmpty);
    }

    [Fact]
    public void Score_ABatchOfAnotherSize_IsRefused()
    {
        using ScoringSession session = ScoringSession.Open(TestModels.Colors, OneThread);
        using ImageBatch images = ImageBatch.Rent(1, new ImageSize(9, 8));

        Assert.Throws<ShapeException>(() => session.Score(images));
        Assert.Throws<ShapeException>(() => session.Score(new byte[5], 1));
    }

    [Fact]
    public void Score_ManyCallersOnOneInstance_EachGetTheirOwnRows()
    {
        using ScoringSession session = ScoringSession.Open(TestModels.Colors, new ScoringOptions { Threads = 2 });

        Parallel.For(
            0,
            64,
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            caller =>
            {
                byte[] pixels = new byte[TestModels.Size.RgbBytes * 3];
                new Random(caller).NextBytes(pixels);
                using ScoreBatch scores = session.Score(pixels, 3);
                for (int index = 0; index < 3; index++)
                {
                    float[] expected = TestModels.ColorLogits(
                        pixels.AsSpan(index * TestModels.Size.RgbBytes, TestModels.Size.RgbBytes)
                    );
                    Assert.InRange(Tolerance.MaxDifference(expected, scores.Logits(index)), 0, 1e-5);
                }
            }
        );
    }

    [Fact]
    public void Rows_AfterDispose_CannotBeRead()
    {
        using ScoringSession session = ScoringSession.Open(TestModels.Colors, OneThread);
        ScoreBatch scores = session.Score(new byte[TestModels.Size.RgbBytes], 1);

        scores.Dispose();
        scores.Dispose();

        Assert.Throws<ObjectDisposedException>(() => scores.AllLogits.Length);
    }

    private static ImageBatch Noise(int count)
    {
        ImageBatch images = ImageBatch.Rent(count, TestModels.Size);
        new Random(count).NextBytes(images.Pixels);
        return images;
    }
}
