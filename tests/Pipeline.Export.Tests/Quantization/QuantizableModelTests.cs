using Google.Protobuf;
using Onnx;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Export.Quantization;
using Pipeline.Export.Quantization.Calibration;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;
using Pipeline.Testing;

namespace Pipeline.Export.Tests.Quantization;

public sealed class QuantizableModelTests
{
    // Shares of what images differ by, or of the logits themselves where random weights make all images alike; the
    // rounding of a byte is 1 / 256, and there are a few or some fifty in a row
    private const double SmallError = 0.05,
        DeepError = 0.25;

    [Theory]
    [InlineData(CalibrationMethod.MinMax)]
    // the others clip on purpose, and these images differ more than their ranges
    [InlineData(CalibrationMethod.Percentile)]
    public void Write_EveryOperator_ScoresLikeFloat32(CalibrationMethod method)
    {
        using var model = new QuantizationCase(QuantizationCase.EveryOperator(), method);

        Assert.InRange(model.LogitError(model.Write()), 0, SmallError);
    }

    [Fact]
    public void Write_EveryActivation_ScoresLikeFloat32()
    {
        using var model = new QuantizationCase(QuantizationCase.EveryActivation());

        Assert.InRange(model.LogitError(model.Write()), 0, SmallError);
    }

    [Fact]
    public void Write_GateInFloat_ScoresLikeFloat32()
    {
        using var model = new QuantizationCase(QuantizationCase.EveryActivation());

        string path = model.Write(new QuantizerOptions { FloatNodes = ["hard.gate"] });

        Assert.InRange(model.LogitError(path), 0, SmallError);
        Assert.Single(QuantizationCase.Read(path).Graph.Node, node => node.OpType == "HardSigmoid");
    }

    [Fact]
    public void Write_BeforeHardSwish_SpendsNoByteBelowMinusThree()
    {
        using var model = new QuantizationCase(QuantizationCase.EveryActivation());
        Assert.InRange(model.Table.Range("conv1").Min, -100, -3.01f); // else the test says nothing

        GraphProto graph = QuantizationCase.Read(model.Write()).Graph;

        (float scale, byte zero) = (
            Constant(graph, "conv1.scale").RawData.Span.ToArray() is var bytes ? BitConverter.ToSingle(bytes) : 0,
            Constant(graph, "conv1.zero_point").RawData.Span[0]
        );
        Assert.Equal(-3, -zero * scale, scale / 2);
    }

    [Fact]
    public void Write_MobileNetV2_ScoresLikeFloat32()
    {
        using var model = new QuantizationCase(
            HeadBuilder.Append(NetworkCatalog.Create("mobilenet-v2", new ImageSize(64, 64)), HeadBuilder.Default, 3)
        );

        Assert.InRange(model.LogitError(model.Write(), isCentred: false), 0, DeepError);
    }

    [Fact]
    public void Write_ReducedRange_ScoresLikeFloat32()
    {
        using var model = new QuantizationCase(QuantizationCase.EveryOperator());

        Assert.InRange(model.LogitError(model.Write(new QuantizerOptions { ReduceRange = true })), 0, 2 * SmallError);
    }

    [Fact]
    public void Write_BiasCorrection_ChangesBiasesAndNothingElse()
    {
        using var model = new QuantizationCase(QuantizationCase.EveryOperator());

        GraphProto with = QuantizationCase.Read(model.Write(name: "with.onnx")).Graph,
            without = QuantizationCase.Read(model.Write(new QuantizerOptions { BiasCorrection = false })).Graph;

        var before = without.Initializer.ToDictionary(tensor => tensor.Name);
        string[] different =
        [
            .. with
                .Initializer.Where(tensor =>
                    before.TryGetValue(tensor.Name, out TensorProto? other) && !tensor.Equals(other)
                )
                .Select(tensor => tensor.Name),
        ];
        Assert.Equal(
            ["conv2.bias.int32", "conv2.bias.scale", "conv2.bias.zero_point"],
            with.Initializer.Select(tensor => tensor.Name).Except(before.Keys).Order(StringComparer.Ordinal)
        ); // it had none
        Assert.All(different, name => Assert.EndsWith(".bias.int32", name, StringComparison.Ordinal));
        Assert.Contains("conv1.bias.int32", different);
        Assert.Contains("dense1.bias.int32", different);
        float[] bias = new Initializers(QuantizationCase.Read(model.Float32).Graph).Floats("dense1.bias");
        float[] scales = new Initializers(without).Floats("dense1.bias.scale");
        int[] kept = System
            .Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(Constant(without, "dense1.bias.int32").RawData.Span)
            .ToArray();
        Assert.All(
            Enumerable.Range(0, bias.Length),
            channel =>
                Assert.InRange(
                    Math.Abs((kept[channel] * (double)scales[channel]) - bias[channel]),
                    0,
                    scales[channel] * 0.5001
                )
        );
    }

    [Fact]
    public void Write_Twice_GivesTheSameBytes()
    {
        using var model = new QuantizationCase(QuantizationCase.EveryOperator(), CalibrationMethod.Percentile);

        Assert.Equal(File.ReadAllBytes(model.Write(name: "a.onnx")), File.ReadAllBytes(model.Write(name: "b.onnx")));
    }

    [Fact]
    public void Write_EveryOperatorInFloat_IsTheFloat32Model()
    {
        using var model = new QuantizationCase(QuantizationCase.EveryOperator());

        string path = model.Write(new QuantizerOptions { FloatNodes = [.. model.Model.Nodes] });

        Assert.Equal(QuantizationCase.Read(model.Float32).Graph, QuantizationCase.Read(path).Graph);
    }

    [Fact]
    public void Write_SomeOperatorsInFloat_SaysWhichAreInt8()
    {
        using var model = new QuantizationCase(QuantizationCase.EveryOperator());

        IReadOnlyList<string> nodes = model.Model.WriteQuantized(
            model["int8.onnx"],
            model.Table,
            new QuantizerOptions { ReduceRange = true, FloatNodes = ["conv2"] },
            golden: null
        );

        // one side of the sum is float32 now, and pooling an average of it would bring nothing
        Assert.Equal(["conv1", "depthwise", "global.map", "dense1", "logits"], nodes);
        Assert.InRange(model.LogitError(model["int8.onnx"]), 0, SmallError);
    }

    [Fact]
    public void Write_AfterRelu_HasZeroPointZero()
    {
        using var model = new QuantizationCase(QuantizationCase.EveryOperator());

        GraphProto graph = QuantizationCase.Read(model.Write()).Graph;

        TensorProto[] zeros =
        [
            .. graph.Initializer.Where(tensor =>
                tensor.Name
                    is "relu6.zero_point"
                        or "relu_sum.zero_point"
                        or "relu_depthwise.zero_point"
                        or "relu_dense.zero_point"
            ),
        ];
        Assert.Equal(4, zeros.Length);
        Assert.All(zeros, zero => Assert.Equal([0], zero.RawData.ToByteArray()));
        // float weights are gone; a selected value keeps its scale
        Assert.DoesNotContain(graph.Initializer, tensor => tensor.Name is "conv1.weight" or "max.scale");
    }

    [Fact]
    public void Write_Contract_KeepsAllButTheSelfTest()
    {
        using var model = new QuantizationCase(QuantizationCase.EveryOperator());
        var golden = new GoldenSample(GoldenSample.RampFormula, 1, [1, 2, 3]);

        ModelProto proto = QuantizationCase.Read(
            model.Write(
                new QuantizerOptions { Provenance = "int8; test", Precision = new ModelPrecision("int8", 0.5, 0.1) },
                golden
            )
        );

        ModelContract contract = ModelContract.FromMetadata(
            proto.MetadataProps.ToDictionary(entry => entry.Key, entry => entry.Value),
            "test"
        );
        Assert.Equal(model.Model.Contract.Labels, contract.Labels);
        Assert.Equal(model.Model.Contract.Preprocessing.ToJson(), contract.Preprocessing.ToJson());
        Assert.Equal("int8; test", contract.Provenance["quantization"]);
        Assert.Equal(new ModelPrecision("int8", 0.5, 0.1), contract.Precision);
        Assert.Equal(golden.Logits, contract.Golden?.Logits);
    }

    [Theory]
    [InlineData(0.1, false)]
    [InlineData(0.08, true)]
    public void Open_SelfTestWithAToleranceOfItsOwn_IsHeldToIt(double tolerance, bool isRefused)
    {
        using var model = new QuantizationCase(QuantizationCase.EveryOperator());
        var size = new ImageSize(16, 16);
        byte[] pixels = new byte[size.RgbBytes];
        GoldenSample.FillPixels(pixels, 1, size);
        float[] logits = Score(model.Write(), pixels);
        float[] wrong = [.. logits.Select(value => (float)(value + (0.095 * Math.Max(1, logits.Max(Math.Abs)))))];

        string path = model.Write(
            new QuantizerOptions { Precision = new ModelPrecision("int8", tolerance, 0.1) },
            new GoldenSample(GoldenSample.RampFormula, 1, wrong)
        );

        Assert.Equal(isRefused, Record.Exception(() => Score(path, pixels)) is ModelContractException);
    }

    [Fact]
    public void FloatOperators_NetworkWithGelu_CountsWhatHasNoInt8Form()
    {
        var builder = new GraphBuilder("gelu", FeatureShape.Map(3, 8, 8));
        builder.Add("conv1", new Conv2d(4, new Window(1, 1, Padding.None)));
        builder.Add("gelu", new Activation(ActivationKind.Gelu));
        builder.Add("conv2", new Conv2d(4, new Window(1, 1, Padding.None)));
        builder.Add("relu", new Activation(ActivationKind.Relu));
        builder.Add("global", new GlobalAveragePool());
        builder.Add("dense", new Linear(3));
        using var model = new QuantizationCase(builder.Build());
        using var without = new QuantizationCase(QuantizationCase.EveryOperator());

        Assert.Equal(
            new Dictionary<string, int>
            {
                ["Add"] = 1,
                ["Div"] = 1,
                ["Erf"] = 1,
                ["Mul"] = 2,
            },
            model.Model.FloatOperators
        );
        Assert.Empty(without.Model.FloatOperators);
    }

    [Fact]
    public void Load_Int8Model_IsRefused()
    {
        using var model = new QuantizationCase(QuantizationCase.EveryOperator());
        string path = model.Write();

        ExportException error = Assert.Throws<ExportException>(() => QuantizableModel.Load(path));

        Assert.Contains(
            "is int8 already. Give the float32 model that it was made from.",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Load_ModelWithoutContract_IsRefused()
    {
        using var model = new QuantizationCase(QuantizationCase.EveryOperator());
        ModelProto proto = QuantizationCase.Read(model.Float32);
        proto.MetadataProps.Clear();
        File.WriteAllBytes(model["bare.onnx"], proto.ToByteArray());

        ModelContractException error = Assert.Throws<ModelContractException>(() =>
            QuantizableModel.Load(model["bare.onnx"])
        );

        Assert.Contains("has no 'pipeline.contract' in its metadata", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("this is no model", "The file is damaged or no ONNX model; export it again.")]
    [InlineData(null, "does not exist. Give the path of an exported .onnx file.")]
    public void Load_NoModel_IsRefused(string? content, string expected)
    {
        using var folder = new TemporaryFolder();
        string path = content is null ? folder["none.onnx"] : folder.Write("text.onnx", content);

        ModelContractException error = Assert.Throws<ModelContractException>(() => QuantizableModel.Load(path));

        Assert.EndsWith(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NothingToQuantize_IsRefused()
    {
        var builder = new GraphBuilder("pool", FeatureShape.Map(3, 4, 4));
        builder.Add("pool", new GlobalAveragePool());
        var contract = TestCheckpoints.SmallCnn().Contract with { Labels = new LabelSet(["a", "b", "c"]) };
        NetworkGraph graph = builder.Build();
        ModelProto proto = ModelExporter.Build(
            graph,
            TestCheckpoints.Weights(graph),
            contract with
            {
                Preprocessing = contract.Preprocessing with { Size = new ImageSize(4, 4) },
            }
        );

        ExportException error = Assert.Throws<ExportException>(() => QuantizableModel.From(proto, "pool.onnx"));

        Assert.Contains("nothing to make int8", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_UnknownOperatorInFloat_ListsThoseThereAre()
    {
        using var model = new QuantizationCase(QuantizationCase.EveryOperator());

        ExportException error = Assert.Throws<ExportException>(() =>
            model.Write(new QuantizerOptions { FloatNodes = ["conv9"] })
        );

        Assert.Equal(
            "The model has no operator 'conv9' that could stay float32. There are: conv1, conv2, sum, average, "
                + "concat, depthwise, global.map, dense1, logits.",
            error.Message
        );
    }

    private static TensorProto Constant(GraphProto graph, string name) =>
        graph.Initializer.Single(tensor => tensor.Name == name);

    private static float[] Score(string path, byte[] pixels)
    {
        using var session = Pipeline.Inference.Sessions.ScoringSession.Open(
            path,
            new Pipeline.Inference.Sessions.ScoringOptions { Threads = 1 }
        );
        using var scores = session.Score(pixels, 1);
        return scores.AllLogits.ToArray();
    }
}
