using Onnx;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;
using Pipeline.Inference.Sessions;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Checkpoints;
using Pipeline.Networks.Heads;
using Pipeline.Testing;

namespace Pipeline.Export.Tests;

/// <summary>The variants of one checkpoint, scored by the inference package.</summary>
public sealed class ExportVariantTests : IDisposable
{
    private const int Count = 3;

    private readonly TemporaryFolder folder = new();
    private readonly Checkpoint checkpoint = TestCheckpoints.SmallCnn();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(ChannelOrder.Rgb)]
    [InlineData(ChannelOrder.Bgr)]
    public void Export_Float32Input_IsScoredWithTheSameResults(ChannelOrder order)
    {
        Checkpoint ordered = checkpoint with
        {
            Contract = checkpoint.Contract with
            {
                Preprocessing = checkpoint.Contract.Preprocessing with { ChannelOrder = order },
            },
        };

        float[] pixels = Score(ordered, new ExportOptions());
        float[] floats = Score(ordered, new ExportOptions { Input = ExportInput.Float32 });

        FloatAssert.Near(pixels, floats, 1e-6); // the first kernel has the scale in it in one of them
    }

    [Fact]
    public void Export_Float32Input_LeavesNormalizationToTheCaller()
    {
        ModelContract contract = ModelExporter.Export(
            checkpoint,
            folder["model.onnx"],
            new ExportOptions { Input = ExportInput.Float32 }
        );

        using ScoringSession session = ScoringSession.Open(folder["model.onnx"], new ScoringOptions { Threads = 1 });
        Assert.Equal("float32 [N, 3, 32, 32]", session.Inputs[0].ToString());
        Assert.False(session.Contract.Preprocessing.IsInGraph);
        Assert.Equal(contract.ToMetadata(), session.Contract.ToMetadata());
        Assert.Equal("Conv", Graph(new ExportOptions { Input = ExportInput.Float32 }).Node[0].OpType);
    }

    [Fact]
    public void Export_Fp16_IsHalfTheFileAndWithinItsBudget()
    {
        float[] single = Score(checkpoint, new ExportOptions());
        long singleBytes = new FileInfo(folder["model.onnx"]).Length;

        float[] half = Score(checkpoint, new ExportOptions { Precision = ExportPrecision.Fp16 });

        Assert.InRange(new FileInfo(folder["model.onnx"]).Length, 0, singleBytes * 0.55);
        FloatAssert.Near(single, half, ExportOptions.Float16Budget.LogitTolerance);
        Assert.NotEqual(single, half);
    }

    [Fact]
    public void Export_Fp16_KeepsNormalizationAndOutputsInFloat32()
    {
        GraphProto graph = Graph(new ExportOptions { Precision = ExportPrecision.Fp16, Features = true });

        Assert.Equal(
            ["image", "logits", "probabilities", "features"],
            graph.Input.Concat(graph.Output).Select(value => value.Name)
        );
        Assert.All(
            graph.Output,
            value => Assert.Equal((int)TensorProto.Types.DataType.Float, value.Type.TensorType.ElemType)
        );
        Assert.Equal(
            ["image.multiplier", "image.offset"],
            graph
                .Initializer.Where(tensor => tensor.DataType == (int)TensorProto.Types.DataType.Float)
                .Select(tensor => tensor.Name)
        );
    }

    [Fact]
    public void Export_Fp16_AddsUpInDenseLayersInFloat32()
    {
        GraphProto graph = Graph(new ExportOptions { Precision = ExportPrecision.Fp16 });

        NodeProto dense = Assert.Single(graph.Node, node => node.OpType == "Gemm");
        IEnumerable<NodeProto> casts = dense.Input.Select(input =>
            Assert.Single(graph.Node, node => node.Output[0] == input)
        );
        Assert.All(
            casts,
            cast => Assert.Equal(("Cast", (long)TensorProto.Types.DataType.Float), (cast.OpType, cast.Attribute[0].I))
        );
        string weight = casts.ElementAt(1).Input[0];
        Assert.Equal(
            (int)TensorProto.Types.DataType.Float16,
            Assert.Single(graph.Initializer, tensor => tensor.Name == weight).DataType
        ); // stored in half the room
    }

    [Fact]
    public void Export_Fp16WithAValueBeyondItsRange_NamesTheTensor()
    {
        var weights = new WeightSet(
            checkpoint.Weights.Select(tensor =>
                tensor.Name == "conv2.weight"
                    ? TensorData.FromFloat32(tensor.Name, tensor.Shape, [.. tensor.AsFloat32()[1..], 1e6f])
                    : tensor
            )
        );

        ExportException error = Assert.Throws<ExportException>(() =>
            ModelExporter.Export(
                checkpoint with
                {
                    Weights = weights,
                },
                folder["model.onnx"],
                new ExportOptions { Precision = ExportPrecision.Fp16 }
            )
        );

        Assert.Contains("'conv2.weight'", error.Message, StringComparison.Ordinal);
        Assert.Contains("--precision fp32", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(folder.Path));
    }

    [Theory]
    [InlineData(ExportPrecision.Fp32)]
    [InlineData(ExportPrecision.Fp16)]
    public void Export_Features_AreAThirdOutputThatNeedNotBeAskedFor(ExportPrecision precision)
    {
        ModelExporter.Export(
            checkpoint,
            folder["model.onnx"],
            new ExportOptions { Features = true, Precision = precision }
        );

        using ScoringSession with = ScoringSession.Open(
            folder["model.onnx"],
            new ScoringOptions { Threads = 1, Features = true }
        );
        using ScoringSession without = ScoringSession.Open(folder["model.onnx"], new ScoringOptions { Threads = 1 });
        using ScoreBatch scores = with.Score(Pixels(), Count);
        using ScoreBatch fewer = without.Score(Pixels(), Count);

        Assert.Equal([128, 4, 4], with.FeatureShape); // small-cnn at 32x32
        Assert.Equal((128 * 16, 0), (scores.FeatureCount, fewer.FeatureCount));
        Assert.Equal(fewer.AllLogits.ToArray(), scores.AllLogits.ToArray());
        Assert.Contains(scores.Features(Count - 1).ToArray(), value => value > 0);
        Assert.Empty(fewer.Features(0).ToArray());
    }

    [Theory]
    [InlineData("pretrained", 1000)]
    [InlineData("pretrained: 0-3 | 4+7", 2)]
    public void Export_FeaturesOfANetworkWithItsOwnClassifier_AreTheMapInFrontOfIt(string head, int classes)
    {
        var spec = new NetworkSpec(
            "mobilenet-v3-small",
            null,
            [HeadNotation.Read(head)],
            new ImageSize(64, 64),
            classes
        );
        ModelContract contract = checkpoint.Contract with
        {
            Labels = new LabelSet(Enumerable.Range(0, classes).Select(index => $"class-{index}")),
            Preprocessing = checkpoint.Contract.Preprocessing with { Size = spec.Size },
        };
        ModelExporter.Export(
            new Checkpoint(spec, TestCheckpoints.Weights(spec.Build()), contract),
            folder["model.onnx"],
            new ExportOptions { Features = true }
        );

        using ScoringSession session = ScoringSession.Open(
            folder["model.onnx"],
            new ScoringOptions
            {
                Threads = 1,
                Features = true,
                SelfTest = false,
            }
        );

        Assert.Equal([576, 2, 2], session.FeatureShape);
    }

    [Fact]
    public void Open_FeaturesOfAModelWithoutThem_IsRefused()
    {
        ModelExporter.Export(checkpoint, folder["model.onnx"]);

        ModelContractException error = Assert.Throws<ModelContractException>(() =>
            ScoringSession.Open(folder["model.onnx"], new ScoringOptions { Threads = 1, Features = true })
        );

        Assert.Contains("--features", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExportInput.Uint8, ExportPrecision.Fp16)]
    [InlineData(ExportInput.Float32, ExportPrecision.Fp32)]
    public void Export_AnyVariantTwice_GivesTheSameBytes(ExportInput input, ExportPrecision precision)
    {
        var options = new ExportOptions
        {
            Input = input,
            Precision = precision,
            Features = true,
        };

        ModelExporter.Export(TestCheckpoints.SmallCnn(), folder["a.onnx"], options);
        ModelExporter.Export(TestCheckpoints.SmallCnn(), folder["b.onnx"], options);

        Assert.Equal(File.ReadAllBytes(folder["a.onnx"]), File.ReadAllBytes(folder["b.onnx"]));
    }

    private static byte[] Pixels()
    {
        var size = new ImageSize(32, 32);
        byte[] pixels = new byte[Count * size.RgbBytes];
        GoldenSample.FillPixels(pixels, Count, size);
        return pixels;
    }

    private GraphProto Graph(ExportOptions options)
    {
        ModelExporter.Export(checkpoint, folder["graph.onnx"], options);
        return ModelProto.Parser.ParseFrom(File.ReadAllBytes(folder["graph.onnx"])).Graph;
    }

    private float[] Score(Checkpoint exported, ExportOptions options)
    {
        ModelExporter.Export(exported, folder["model.onnx"], options);
        using ScoringSession session = ScoringSession.Open(folder["model.onnx"], new ScoringOptions { Threads = 1 });
        using ScoreBatch scores = session.Score(Pixels(), Count);
        return scores.AllLogits.ToArray();
    }
}
