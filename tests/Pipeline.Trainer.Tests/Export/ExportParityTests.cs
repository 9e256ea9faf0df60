using Google.Protobuf;
using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Core.Tensors;
using Pipeline.Export;
using Pipeline.Inference.Sessions;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;
using Pipeline.Testing;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Tests.Training;
using TorchSharp;
using static TorchSharp.torch;
using Padding = Pipeline.Networks.Graph.Padding;

namespace Pipeline.Trainer.Tests.Export;

/// <summary>
/// What ONNX Runtime computes from an exported file against what libtorch computes from the same graph and weights.
/// </summary>
public sealed class ExportParityTests : TorchTest
{
    private const double RelativeTolerance = 1e-4; // design, promise 2

    /// <summary>One of each family; the others differ in numbers only and are slow.</summary>
    private static readonly string[] Quick =
    [
        "densenet-121",
        "efficientnet-b0",
        "mobilenet-v2",
        "mobilenet-v2-torchvision",
        "mobilenet-v3-small",
        "resnet-18",
        "small-cnn",
    ];

    public static TheoryData<string> QuickNetworks => new(Quick);

    public static TheoryData<string> OtherNetworks => new(NetworkCatalog.Names.Except(Quick));

    [Theory]
    [MemberData(nameof(QuickNetworks))]
    public void Export_CatalogNetwork_GivesTorchsLogitsAtEveryBatchSize(string name) =>
        AssertNetwork(name, name == "mobilenet-v2" ? 96 : 32);

    [Theory]
    [MemberData(nameof(OtherNetworks))]
    [Trait("Kind", "Slow")]
    public void Export_LargeCatalogNetwork_GivesTorchsLogitsAtEveryBatchSize(string name) => AssertNetwork(name, 107);

    [Theory]
    [InlineData(5)] // a mean of overlapping windows
    [InlineData(1)] // repeated
    [InlineData(14)] // an ordinary pool
    [InlineData(7)] // as it is
    public void Export_AdaptivePool_GivesTorchsLogitsForEverySize(int side)
    {
        var builder = new GraphBuilder("adaptive", FeatureShape.Map(3, side, side));
        builder.Add("pool", new AdaptiveAvgPool2d(7));
        builder.Add("flatten", new Flatten());
        builder.Add("dense", new Linear(3));

        AssertParity(builder.Build(), TestNetworks.Preprocessing(side));
    }

    [Theory]
    [InlineData("small-cnn", 56, "flatten; dense: 16, activation: tanh; sigmoid_unit")]
    [InlineData(
        "small-cnn",
        56,
        "conv: 8, kernel: 1x3, stride: 2, groups: 4, activation: gelu; batch_norm; activation: sigmoid; max_pool: "
            + "3, stride: 2; flatten; dense: classes"
    )]
    [InlineData(
        "small-cnn",
        56,
        "conv: 32; max_pool: 2; dropout: 0.25; conv: 64; max_pool: 2; flatten; dense: 128; dense: classes"
    )]
    [InlineData("small-cnn", 64, "max_pool: 3; flatten; dense: classes")]
    [InlineData("vgg-16", 32, "flatten; dense: 16; dense: classes")]
    [InlineData("simple-cnn", 37, "flatten; dense: 64; dropout: 0.5; dense: classes")]
    [InlineData("ten-layer-cnn", 100, "global_average_pool; dense: classes")]
    public void Export_EveryHeadLayer_GivesTorchsLogits(string backbone, int side, string head)
    {
        HeadLayer[] layers = [.. head.Split("; ").Select(HeadNotation.Read)];
        NetworkGraph graph = HeadBuilder.Append(
            NetworkCatalog.Create(backbone, new ImageSize(side, side)),
            layers,
            layers[^1] is SigmoidUnitLayer ? 2 : 3
        );

        AssertParity(graph, TestNetworks.Preprocessing(side));
    }

    [Fact]
    public void Export_EveryOperation_GivesTorchsLogits()
    {
        var builder = new GraphBuilder("all-operations", FeatureShape.Map(3, 19, 19));
        builder.Add("norm_alone", new BatchNorm2d()); // nothing to fold it into
        string first = builder.Add("conv", new Conv2d(8, new Window(new Extent(3, 5), 2, new Padding(0, 1, 1, 3))));
        builder.Add("bn", new BatchNorm2d(1e-3));
        string left = builder.Add("relu6", new Activation(ActivationKind.Relu6));
        string right = builder.Add(
            "grouped",
            new Conv2d(8, new Window(3, 1, Padding.All(1)), Groups: 4, HasBias: false),
            first
        );
        builder.Add("bn_right", new BatchNorm2d());
        builder.Add("sum", new Add(), left, "bn_right");
        builder.Add("max", new MaxPool2d(new Window(3, 2, Padding.All(1)), Ceiling: true));
        string maps = builder.Add("relu", new Activation(ActivationKind.Relu));
        string a = builder.Add(
            "average_without",
            new AvgPool2d(new Window(3, 1, Padding.All(1)), CountPadding: false),
            maps
        );
        string b = builder.Add(
            "average_with",
            new AvgPool2d(new Window(3, 1, Padding.All(1)), CountPadding: true),
            maps
        );
        builder.Add("concat", new Concat(), a, b, right == maps ? a : maps);
        maps = builder.Last;
        builder.Add("squeeze", new AdaptiveAvgPool2d(1));
        builder.Add("gate", new Activation(ActivationKind.Hardsigmoid));
        builder.Add("excite", new Multiply(), maps, "gate");
        maps = builder.Last;
        builder.Add("norm_channels", new ChannelNorm());
        builder.Add("pixels", new PixelLinear(24));
        builder.Add("gelu", new Activation(ActivationKind.Gelu));
        builder.Add("depth", new StochasticDepth(0.3));
        builder.Add("residual", new ScaledAdd(), builder.Last, maps);
        builder.Add("hardswish", new Activation(ActivationKind.Hardswish));
        builder.Add("bn_without_scale", new BatchNorm2d(HasScale: false));
        builder.Add("silu", new Activation(ActivationKind.Silu));
        builder.Add("conv_last", new Conv2d(12, new Window(1, 1, Padding.None), HasBias: false));
        builder.Add("bn_folded_without_scale", new BatchNorm2d(HasScale: false));
        builder.Add("flatten", new Flatten());
        builder.Add("standardize", new Standardize());
        builder.Add("dropout", new Dropout(0.3));
        builder.Add("dense", new Linear(10));
        builder.Add("standardize_alone", new Standardize());
        builder.Add("relu_after", new Activation(ActivationKind.Relu));
        builder.Add("norm_vector", new ChannelNorm());
        builder.Add("tanh", new Activation(ActivationKind.Tanh));
        builder.Add("logits_dense", new Linear(9, HasBias: false));
        builder.Add(
            "groups",
            new GroupClasses([
                [8, 0],
                [4],
                [1, 2, 7],
            ])
        );

        AssertParity(builder.Build(), TestNetworks.Preprocessing(19) with { ChannelOrder = ChannelOrder.Bgr });
    }

    [Theory]
    [InlineData("relu3")] // a map behind a folded batch-norm
    [InlineData("bn3")] // the batch-norm itself
    public void Export_Features_AreWhatTorchComputesThere(string node)
    {
        var size = new ImageSize(32, 32);
        NetworkGraph graph = HeadBuilder.Append(
            NetworkCatalog.Create("small-cnn", size).CutAt(node),
            HeadBuilder.Default,
            3
        );
        WeightSet weights = TestNetworks.RandomWeights(graph);
        Preprocessing preprocessing = TestNetworks.Preprocessing(size.Width);
        using var folder = new TemporaryFolder();
        var contract = new ModelContract { Labels = new LabelSet(["a", "b", "c"]), Preprocessing = preprocessing };
        folder.Write(
            "model.onnx",
            ModelExporter.Build(graph, weights, contract, new ExportOptions { Features = true }, node).ToByteArray()
        );
        using ScoringSession session = ScoringSession.Open(
            folder["model.onnx"],
            new ScoringOptions { Threads = 1, Features = true }
        );
        using ImageBatch images = TestNetworks.Images(3, size);

        using ScoreBatch scores = session.Score(images);

        float[] expected = Torch(graph, weights, 3, preprocessing, node);
        Assert.Equal(expected.Length, 3 * scores.FeatureCount);
        FloatAssert.Near(
            expected.AsSpan(2 * scores.FeatureCount),
            scores.Features(2),
            RelativeTolerance * Math.Max(1, expected.Max(Math.Abs))
        );
    }

    [Fact]
    public void Export_WrongWeights_AreNoticedByThisTest()
    {
        NetworkGraph graph = HeadBuilder.Append(
            NetworkCatalog.Create("small-cnn", new ImageSize(32, 32)),
            HeadBuilder.Default,
            3
        );
        WeightSet weights = TestNetworks.RandomWeights(graph);
        var wrong = new WeightSet(
            weights.Select(tensor =>
                tensor.Name == "bn2.running_var"
                    ? TensorData.FromFloat32(
                        tensor.Name,
                        tensor.Shape,
                        tensor.AsFloat32().ToArray().Select(value => value * 1.01f).ToArray()
                    )
                    : tensor
            )
        );

        (float[] torchLogits, float[] onnxLogits) = (
            Torch(graph, weights, 2),
            Onnx(graph, wrong, TestNetworks.Preprocessing(32), 2)
        );

        Assert.Throws<Xunit.Sdk.FailException>(() => FloatAssert.Near(torchLogits, onnxLogits, RelativeTolerance));
    }

    private static void AssertNetwork(string name, int side)
    {
        HeadLayer[] head =
        [
            new GlobalAveragePoolLayer(),
            new StandardizeLayer(),
            new DropoutLayer(0.5),
            new DenseLayer(16),
            new DenseLayer(null),
        ];

        NetworkGraph graph = HeadBuilder.Append(NetworkCatalog.Create(name, new ImageSize(side, side)), head, 3);

        // Weights that keep the size of activations: with Glorot's, the biases of a deep network's last layers would
        // drown all before them
        AssertParity(graph, TestNetworks.Preprocessing(side), FormulaTensors.Weights(graph, FormulaTensors.Gain(name)));
    }

    private static void AssertParity(NetworkGraph graph, Preprocessing preprocessing) =>
        AssertParity(graph, preprocessing, TestNetworks.RandomWeights(graph));

    private static void AssertParity(NetworkGraph graph, Preprocessing preprocessing, WeightSet weights)
    {
        foreach (int count in new[] { 1, 2, 7 })
        {
            float[] expected = Torch(graph, weights, count, preprocessing);

            float[] actual = Onnx(graph, weights, preprocessing, count);

            FloatAssert.Near(expected, actual, RelativeTolerance * Math.Max(1, expected.Max(Math.Abs)));
            Assert.True(expected.Max(Math.Abs) > 1e-3, "Logits near zero would agree by accident.");
        }
    }

    private static float[] Torch(
        NetworkGraph graph,
        WeightSet weights,
        int count,
        Preprocessing? preprocessing = null,
        string? until = null
    )
    {
        preprocessing ??= TestNetworks.Preprocessing(graph.Input.Width);
        using var network = new TorchNetwork(graph, weights, CPU);
        using ImageBatch images = TestNetworks.Images(count, preprocessing.Size);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        return network
            .Forward(InputTensors.Normalize(images, preprocessing, CPU), ForwardMode.Evaluation, until: until)
            .data<float>()
            .ToArray();
    }

    private static float[] Onnx(NetworkGraph graph, WeightSet weights, Preprocessing preprocessing, int count)
    {
        using var folder = new TemporaryFolder();
        string[] names = ["a", "b", "c"];
        var contract = new ModelContract
        {
            Labels = new LabelSet(names[..graph.Output.OutputShape.Channels]),
            Preprocessing = preprocessing,
        };
        folder.Write("model.onnx", ModelExporter.Build(graph, weights, contract).ToByteArray());
        using ScoringSession session = ScoringSession.Open(folder["model.onnx"], new ScoringOptions { Threads = 1 });
        using ImageBatch images = TestNetworks.Images(count, preprocessing.Size);
        using ScoreBatch scores = session.Score(images);
        return scores.AllLogits.ToArray();
    }
}
