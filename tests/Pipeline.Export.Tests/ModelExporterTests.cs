using Google.Protobuf;
using Onnx;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;
using Pipeline.Inference.Sessions;
using Pipeline.Networks.Checkpoints;
using Pipeline.Networks.Graph;
using Pipeline.Testing;

namespace Pipeline.Export.Tests;

public sealed class ModelExporterTests
{
    [Fact]
    public void Export_Twice_GivesTheSameBytes()
    {
        using var folder = new TemporaryFolder();

        ModelExporter.Export(TestCheckpoints.SmallCnn(), folder["a.onnx"]);
        ModelExporter.Export(TestCheckpoints.SmallCnn(), folder["b.onnx"]);

        Assert.Equal(File.ReadAllBytes(folder["a.onnx"]), File.ReadAllBytes(folder["b.onnx"]));
        Assert.Empty(folder.LeftOvers);
    }

    [Fact]
    public void Export_File_IsOpset17WithTheContract()
    {
        using var folder = new TemporaryFolder();
        Checkpoint checkpoint = TestCheckpoints.SmallCnn();

        ModelExporter.Export(checkpoint, folder["model.onnx"]);

        ModelProto model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(folder["model.onnx"]));
        Assert.Equal(8, model.IrVersion);
        Assert.Equal(17, Assert.Single(model.OpsetImport).Version);
        Assert.Equal(
            checkpoint.Contract.ToMetadata(),
            model.MetadataProps.Select(entry => KeyValuePair.Create(entry.Key, entry.Value))
        );
        Assert.DoesNotContain(model.Graph.Node, node => node.OpType is "BatchNormalization" or "Dropout" or "Sub");
    }

    [Theory]
    [InlineData(ExportPrecision.Fp32)]
    [InlineData(ExportPrecision.Fp16)] // the division is in float32 as well
    public void Export_Temperature_DividesTheLogitsBeforeTheSoftmax(ExportPrecision precision)
    {
        using var folder = new TemporaryFolder();
        Checkpoint checkpoint = TestCheckpoints.SmallCnn();
        Checkpoint calibrated = checkpoint with { Contract = checkpoint.Contract with { Temperature = 2 } };
        ModelExporter.Export(calibrated, folder["model.onnx"], new ExportOptions { Precision = precision });
        using ScoringSession session = ScoringSession.Open(folder["model.onnx"], new ScoringOptions { Threads = 1 });
        byte[] pixels = new byte[32 * 32 * 3];
        GoldenSample.FillPixels(pixels, 1, new ImageSize(32, 32));

        using ScoreBatch scores = session.Score(pixels, 1);

        double ratio = Math.Exp((scores.Logits(0)[0] - scores.Logits(0)[1]) / 2);
        FloatAssert.Near([(float)(ratio / (1 + ratio))], [scores.Probabilities(0)[0]], 1e-6); // softmax of two classes
    }

    [Fact]
    public void Export_LabelsThatDoNotFit_AreRefused()
    {
        using var folder = new TemporaryFolder();
        Checkpoint checkpoint = TestCheckpoints.SmallCnn(classes: 3);

        ExportException error = Assert.Throws<ExportException>(() =>
            ModelExporter.Export(checkpoint, folder["model.onnx"])
        );

        Assert.Contains(
            "gives 3 scores per image, its contract has 2 labels (cat, dog)",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Empty(Directory.EnumerateFiles(folder.Path));
    }

    [Fact]
    public void Export_OneOutputColumn_IsRefused()
    {
        using var folder = new TemporaryFolder();

        ExportException error = Assert.Throws<ExportException>(() =>
            ModelExporter.Export(TestCheckpoints.SmallCnn(classes: 1), folder["model.onnx"])
        );

        Assert.Contains(
            "gives [1] per image, a classifier gives a vector of at least 2 scores",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Empty(Directory.EnumerateFiles(folder.Path));
    }

    [Fact]
    public void Export_OtherImageSize_IsRefused()
    {
        Checkpoint checkpoint = TestCheckpoints.SmallCnn();
        ModelContract contract = checkpoint.Contract with
        {
            Preprocessing = checkpoint.Contract.Preprocessing with { Size = new ImageSize(64, 32) },
        };

        ExportException error = Assert.Throws<ExportException>(() =>
            ModelExporter.Build(checkpoint.Spec.Build(), checkpoint.Weights, contract)
        );

        Assert.Contains(
            "takes [3, 32, 32], its contract says images of 64x32",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Export_CheckpointOfAnotherNetwork_NamesTheFirstTensorAndBothShapes()
    {
        using var folder = new TemporaryFolder();
        Checkpoint checkpoint = TestCheckpoints.SmallCnn();
        var weights = new WeightSet(
            checkpoint.Weights.Select(tensor =>
                tensor.Name == "conv2.weight"
                    ? TensorData.FromFloat32(tensor.Name, [64, 16, 3, 3], new float[64 * 16 * 9])
                    : tensor
            )
        );

        CheckpointException error = Assert.Throws<CheckpointException>(() =>
            ModelExporter.Export(checkpoint with { Weights = weights }, folder["model.onnx"])
        );

        Assert.Contains(
            "'conv2.weight' is Float32 [64, 16, 3, 3], network 'small-cnn' expects Float32 [64, 32, 3, 3]",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Empty(Directory.EnumerateFiles(folder.Path));
    }

    [Fact]
    public void Export_WeightsThatAreNotFinite_AreRefusedByName()
    {
        using var folder = new TemporaryFolder();
        Checkpoint checkpoint = TestCheckpoints.SmallCnn();
        var weights = new WeightSet(
            checkpoint.Weights.Select(tensor =>
                tensor.Name == "bn2.bias"
                    ? TensorData.FromFloat32(tensor.Name, tensor.Shape, [.. tensor.AsFloat32()[1..], float.NaN])
                    : tensor
            )
        );

        CheckpointException error = Assert.Throws<CheckpointException>(() =>
            ModelExporter.Export(checkpoint with { Weights = weights }, folder["model.onnx"])
        );

        Assert.Contains("'bn2.bias' holds NaN or infinity", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(folder.Path));
    }

    [Fact]
    public void Export_UnknownOperation_IsNamedWithItsNode()
    {
        var builder = new GraphBuilder("test", FeatureShape.Map(3, 32, 32));
        builder.Add("odd", new Odd());
        builder.Add("flatten", new Flatten());
        builder.Add("dense", new Linear(2));
        NetworkGraph graph = builder.Build();

        ExportException error = Assert.Throws<ExportException>(() =>
            ModelExporter.Build(graph, TestCheckpoints.Weights(graph), TestCheckpoints.SmallCnn().Contract)
        );

        Assert.Contains("'odd'", error.Message, StringComparison.Ordinal);
        Assert.Contains("Odd", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Export_FullDisk_LeavesNothingBehind()
    {
        ModelProto model = ModelExporter.Build(
            TestCheckpoints.SmallCnn().Spec.Build(),
            TestCheckpoints.SmallCnn().Weights,
            TestCheckpoints.SmallCnn().Contract
        );
        using var folder = new TemporaryFolder();

        Assert.Throws<IOException>(() =>
            Core.Files.AtomicFile.Write(folder["model.onnx"], stream => model.WriteTo(new FullDisk(stream, 1000)))
        );

        Assert.Empty(Directory.EnumerateFiles(folder.Path));
    }

    private sealed record Odd : Operation
    {
        public override FeatureShape Infer(IReadOnlyList<FeatureShape> inputs) => Single(inputs);
    }

    /// <summary>Takes so many bytes, then fails as a full disk does.</summary>
    private sealed class FullDisk(Stream inner, long room) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => inner.Length;

        public override long Position
        {
            get => inner.Position;
            set => throw new NotSupportedException();
        }

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count)
        {
            room -= count;
            if (room < 0)
            {
                throw new IOException("No space left on device");
            }

            inner.Write(buffer, offset, count);
        }
    }
}
