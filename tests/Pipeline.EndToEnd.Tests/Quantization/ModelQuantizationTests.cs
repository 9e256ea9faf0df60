using System.Text.Json;
using Google.Protobuf;
using Onnx;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Inference.Sessions;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Recipes;
using Pipeline.Training.Quantization;

namespace Pipeline.EndToEnd.Tests.Quantization;

public sealed class ModelQuantizationTests
{
    [Fact]
    public void Execute_HarmlessModel_IsPublishedWithItsReport()
    {
        using var model = new PlantedModel(isPlanted: false);

        QuantizationReport report = Run(model.Job(budgetPoints: 10));

        Assert.True(report.Published, string.Join("; ", report.Reasons));
        Assert.Equal(["model.int8.onnx", "model.onnx", "quantization.json"], model.Files);
        Assert.Equal(["conv1", "conv2", "conv3", "head.global_average_pool.map", "logits"], report.Int8Nodes);
        Assert.Empty(report.FloatNodes);
        Assert.Equal(
            report.Validation.Changed.Count,
            (int)Math.Round(report.Validation.DropPoints * report.Validation.Images / 100)
        ); // float32 is always right here
        Assert.True(report.Int8Bytes < report.Float32Bytes);
        JsonElement json = JsonDocument.Parse(File.ReadAllBytes(model["quantization.json"])).RootElement;
        Assert.True(json.GetProperty("published").GetBoolean());
        Assert.True(json.GetProperty("speed").GetProperty("speedup").GetDouble() > 0);
    }

    [Fact]
    public void Execute_Published_StatesAToleranceThatHoldsOnEveryValidationImage()
    {
        using var model = new PlantedModel(isPlanted: false, validation: 30);

        QuantizationReport report = Run(model.Job(budgetPoints: 100));

        (float[] float32, float[] int8, ModelPrecision precision) = model.LogitsOfBoth();
        double moved = float32.Zip(int8, (left, right) => Math.Abs((double)left - right)).Max(),
            size = Math.Max(1, float32.Max(Math.Abs));
        Assert.Equal("int8", precision.Arithmetic);
        Assert.InRange(precision.LogitTolerance, (1.5 * moved / size) - 1e-6, 1);
        Assert.Equal(90, report.Movement?.Images);
        Assert.Equal(moved, report.Movement?.Largest ?? 0, 1e-5); // the batches differ
    }

    [Theory]
    [InlineData(0.5, 0.5)]
    [InlineData(5, 1)] // nearly all images are right, so to be less sure costs log-loss
    public void Execute_ACalibratedModel_KeepsItsTemperatureUnlessThatRaisesTheLogLoss(double float32, double int8)
    {
        using var model = new PlantedModel(isPlanted: false, temperature: float32);

        QuantizationReport report = Run(model.Job(budgetPoints: 100));

        using ScoringSession session = ScoringSession.Open(
            model["model.int8.onnx"],
            new ScoringOptions { Threads = 1 }
        );
        Assert.Equal(int8, session.Contract.Temperature);
        Assert.Equal(int8, report.Temperature?.Temperature);
        Assert.Equal(60, report.Temperature?.Images);
        Assert.True(report.Temperature?.LogLossAfter <= report.Temperature?.LogLossBefore);
        JsonElement json = JsonDocument.Parse(File.ReadAllBytes(model["quantization.json"])).RootElement;
        Assert.Equal(int8, json.GetProperty("temperature").GetProperty("temperature").GetDouble());
    }

    [Fact]
    public void Execute_Twice_GivesTheSameBytesAtAnySpeed()
    {
        using var model = new PlantedModel(isPlanted: false);

        QuantizationReport slow = Run(model.Job(budgetPoints: 100), ticksPerSecond: 10);
        byte[] first = File.ReadAllBytes(model["model.int8.onnx"]);
        QuantizationReport fast = Run(model.Job(budgetPoints: 100), ticksPerSecond: 1000);

        Assert.Equal(slow.Speed?.Int8MsPerImage, 100 * fast.Speed?.Int8MsPerImage);
        Assert.Equal(first, File.ReadAllBytes(model["model.int8.onnx"]));
    }

    [Fact]
    public void Execute_AsFastAsFloat32_IsNotPublishedByDefault()
    {
        using var model = new PlantedModel(isPlanted: false);

        QuantizationReport report = Run(model.Job(budgetPoints: 100, minSpeedup: new QuantizationRecipe().MinSpeedup));

        Assert.EndsWith("at least 1.3x is asked for", Assert.Single(report.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public void Execute_WeightThatIsNotFinite_NamesTheActivationAndLeavesNothing()
    {
        using var model = new PlantedModel(isPlanted: false);
        ModelProto proto = ModelProto.Parser.ParseFrom(File.ReadAllBytes(model.Model));
        string weights = proto.Graph.Node.Single(node => node.OpType == "Gemm").Input[1];
        TensorProto tensor = proto.Graph.Initializer.Single(initializer => initializer.Name == weights);
        tensor.RawData = ByteString.CopyFrom([.. BitConverter.GetBytes(float.NaN), .. tensor.RawData.Span[4..]]);
        File.WriteAllBytes(model.Model, proto.ToByteArray());

        ExportException error = Assert.Throws<ExportException>(() => Run(model.Job()));

        Assert.StartsWith(
            "Activation 'logits' is NaN or infinite on a calibration image",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Equal(["model.onnx"], model.Files);
    }

    [Fact]
    public void Execute_OperatorsThatQuantizeBadly_GoBackToFloat()
    {
        using var model = new PlantedModel(isPlanted: true);

        QuantizationReport report = Run(model.Job(budgetPoints: 10));

        Assert.True(report.Published, string.Join("; ", report.Reasons));
        Assert.Equal(["conv1", "conv2"], report.FloatNodes);
        Assert.Equal(
            ["conv1", "conv2"],
            report.Sensitivity.Take(2).Select(node => node.Node).Order(StringComparer.Ordinal)
        );
        Assert.True(report.Sensitivity[1].LogitError > 3 * report.Sensitivity[2].LogitError);
    }

    [Fact]
    public void Execute_BudgetThatCannotBeHeld_PublishesNothingAndListsTheImages()
    {
        // four operators are hurt, at most half of five may be float32
        using var model = new PlantedModel(isPlanted: true, isPlantedTwice: true);

        QuantizationReport report = Run(model.Job(budgetPoints: 0.5));

        Assert.False(report.Published);
        Assert.Matches(
            @"^it costs \d+\.\d\d points of accuracy on 60 validation images "
                + @"\(100\.00 % to .* %\), the budget is 0\.5$",
            Assert.Single(report.Reasons)
        );
        Assert.NotEmpty(report.Validation.Changed);
        Assert.All(
            report.Validation.Changed,
            image => Assert.StartsWith("images/validation/", image.Image, StringComparison.Ordinal)
        );
        Assert.Null(report.Speed);
        Assert.Equal(["model.onnx", "quantization.json"], model.Files);
    }

    [Fact]
    public void Execute_TooSlow_PublishesNothingAndSaysSo()
    {
        using var model = new PlantedModel(isPlanted: false);
        File.WriteAllText(model["model.int8.onnx"], "the old one");

        QuantizationReport report = Run(model.Job(budgetPoints: 100, minSpeedup: 100));

        Assert.False(report.Published);
        Assert.Equal(
            "it is 1.00x as fast as float32 here (3.125 and 3.125 ms per image), at least 100x is asked for",
            Assert.Single(report.Reasons)
        );
        Assert.Equal("the old one", File.ReadAllText(model["model.int8.onnx"]));
        Assert.Equal(["model.int8.onnx", "model.onnx", "quantization.json"], model.Files);
    }

    [Fact]
    public void Execute_NoUsableCalibrationImage_SaysWhyAndLeavesNothing()
    {
        using var model = new PlantedModel(isPlanted: false);
        File.WriteAllText(model["images/notes.txt"], "no image");

        DatasetException error = Assert.Throws<DatasetException>(() =>
            Run(model.Job(calibration: [model["images/notes.txt"]]))
        );

        Assert.StartsWith(
            "Calibration folder 'images/train' has no usable image: 1 files, the first is '",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Equal(["model.onnx"], model.Files);
    }

    [Fact]
    public void Execute_Interrupted_LeavesNothing()
    {
        using var model = new PlantedModel(isPlanted: false);
        using var stop = new CancellationTokenSource();

        Assert.ThrowsAny<OperationCanceledException>(() =>
            new ModelQuantization(model.Job(), new StopAt("scoring", stop), new TickingClock(10)).Execute(stop.Token)
        );

        Assert.Equal(["model.onnx"], model.Files);
    }

    [Fact]
    public void Execute_FileInTheWay_SaysWhereToWrite()
    {
        using var model = new PlantedModel(isPlanted: false);
        File.WriteAllText(model["taken"], "a file");

        IOException error = Assert.Throws<IOException>(() =>
            Run(model.Job() with { Output = model["taken/model.int8.onnx"] })
        );

        Assert.Contains("is a file. Name another file with --output.", error.Message, StringComparison.Ordinal);
        Assert.Equal(["model.onnx", "taken"], model.Files);
    }

    private static QuantizationReport Run(QuantizationJob job, long ticksPerSecond = 10) =>
        new ModelQuantization(job, new StopAt("never", null), new TickingClock(ticksPerSecond)).Execute(
            CancellationToken.None
        );

    /// <summary>
    /// Every look at the clock is a tick after the last, so both models take as long, and nothing is measured for
    /// seconds.
    /// </summary>
    private sealed class TickingClock(long ticksPerSecond) : TimeProvider
    {
        private long ticks;

        public override long TimestampFrequency => ticksPerSecond;

        public override long GetTimestamp() => ticks++;
    }

    /// <summary>Cancels when a sentence begins with a word.</summary>
    private sealed class StopAt(string word, CancellationTokenSource? source) : IProgress<TrainingUpdate>
    {
        public void Report(TrainingUpdate value)
        {
            if (value is TrainingMessage message && message.Text.StartsWith(word, StringComparison.Ordinal))
            {
                source?.Cancel();
            }
        }
    }
}
