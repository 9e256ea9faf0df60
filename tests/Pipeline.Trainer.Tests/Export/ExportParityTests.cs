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
using Pipeline.Trainer.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Tests.Export;

/// <summary>What ONNX Runtime computes from an exported file against what libtorch computes from the same graph and weights.</summary>
public sealed class ExportParityTests : TorchTest
{
    private const double RelativeTolerance = 1e-4;   // design, promise 2

    public static TheoryData<string> Networks => ["mobilenet-v2", "small-cnn"];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Export_CatalogNetwork_GivesTorchsLogitsAtEveryBatchSize(string name)
    {
        ImageSize size = name == "mobilenet-v2" ? new ImageSize(96, 96) : new ImageSize(32, 32);
        NetworkGraph graph = HeadBuilder.Append(NetworkCatalog.Create(name, size), [new GlobalAveragePoolLayer(), new StandardizeLayer(), new DropoutLayer(0.5), new DenseLayer(16), new DenseLayer(null)], 3);

        AssertParity(graph, TestNetworks.Preprocessing(size.Width));
    }

    [Fact]
    public void Export_EveryOperation_GivesTorchsLogits()
    {
        var builder = new GraphBuilder("all-operations", FeatureShape.Map(3, 19, 19));
        builder.Add("norm_alone", new BatchNorm2d());   // nothing to fold it into
        string first = builder.Add("conv", new Conv2d(8, new Window(new Extent(3, 5), 2, new Padding(0, 1, 1, 3))));
        builder.Add("bn", new BatchNorm2d(1e-3));
        string left = builder.Add("relu6", new Activation(ActivationKind.Relu6));
        string right = builder.Add("grouped", new Conv2d(8, new Window(3, 1, Padding.All(1)), Groups: 4, HasBias: false), first);
        builder.Add("bn_right", new BatchNorm2d());
        builder.Add("sum", new Add(), left, "bn_right");
        builder.Add("max", new MaxPool2d(new Window(3, 2, Padding.All(1)), Ceiling: true));
        string maps = builder.Add("relu", new Activation(ActivationKind.Relu));
        string a = builder.Add("average_without", new AvgPool2d(new Window(3, 1, Padding.All(1)), CountPadding: false), maps);
        string b = builder.Add("average_with", new AvgPool2d(new Window(3, 1, Padding.All(1)), CountPadding: true), maps);
        builder.Add("concat", new Concat(), a, b, right == maps ? a : maps);
        builder.Add("flatten", new Flatten());
        builder.Add("standardize", new Standardize());
        builder.Add("dropout", new Dropout(0.3));
        builder.Add("dense", new Linear(10));
        builder.Add("standardize_alone", new Standardize());
        builder.Add("relu_after", new Activation(ActivationKind.Relu));
        builder.Add("logits_dense", new Linear(3, HasBias: false));

        AssertParity(builder.Build(), TestNetworks.Preprocessing(19) with { ChannelOrder = ChannelOrder.Bgr });
    }

    [Theory]
    [InlineData("relu3")]   // a map behind a folded batch-norm
    [InlineData("bn3")]     // the batch-norm itself
    public void Export_Features_AreWhatTorchComputesThere(string node)
    {
        var size = new ImageSize(32, 32);
        NetworkGraph graph = HeadBuilder.Append(NetworkCatalog.Create("small-cnn", size).CutAt(node), HeadBuilder.Default, 3);
        WeightSet weights = TestNetworks.RandomWeights(graph);
        Preprocessing preprocessing = TestNetworks.Preprocessing(size.Width);
        using var folder = new TemporaryFolder();
        var contract = new ModelContract { Labels = new LabelSet(["a", "b", "c"]), Preprocessing = preprocessing };
        folder.Write("model.onnx", ModelExporter.Build(graph, weights, contract, new ExportOptions { Features = true }, node).ToByteArray());
        using ScoringSession session = ScoringSession.Open(folder["model.onnx"], new ScoringOptions { Threads = 1, Features = true });
        using ImageBatch images = TestNetworks.Images(3, size);

        using ScoreBatch scores = session.Score(images);

        float[] expected = Torch(graph, weights, 3, preprocessing, node);
        Assert.Equal(expected.Length, 3 * scores.FeatureCount);
        FloatAssert.Near(expected.AsSpan(2 * scores.FeatureCount), scores.Features(2), RelativeTolerance * Math.Max(1, expected.Max(Math.Abs)));
    }

    [Fact]
    public void Export_WrongWeights_AreNoticedByThisTest()
    {
        NetworkGraph graph = HeadBuilder.Append(NetworkCatalog.Create("small-cnn", new ImageSize(32, 32)), HeadBuilder.Default, 3);
        WeightSet weights = TestNetworks.RandomWeights(graph);
        var wrong = new WeightSet(weights.Select(tensor => tensor.Name == "bn2.running_var"
            ? TensorData.FromFloat32(tensor.Name, tensor.Shape, tensor.AsFloat32().ToArray().Select(value => value * 1.01f).ToArray())
            : tensor));

        (float[] torchLogits, float[] onnxLogits) = (Torch(graph, weights, 2), Onnx(graph, wrong, TestNetworks.Preprocessing(32), 2));

        Assert.Throws<Xunit.Sdk.FailException>(() => FloatAssert.Near(torchLogits, onnxLogits, RelativeTolerance));
    }

    private static void AssertParity(NetworkGraph graph, Preprocessing preprocessing)
    {
        WeightSet weights = TestNetworks.RandomWeights(graph);
        foreach (int count in new[] { 1, 2, 7 })
        {
            float[] expected = Torch(graph, weights, count, preprocessing);

            float[] actual = Onnx(graph, weights, preprocessing, count);

            FloatAssert.Near(expected, actual, RelativeTolerance * Math.Max(1, expected.Max(Math.Abs)));
        }
    }

    private static float[] Torch(NetworkGraph graph, WeightSet weights, int count, Preprocessing? preprocessing = null, string? until = null)
    {
        preprocessing ??= TestNetworks.Preprocessing(graph.Input.Width);
        using var network = new TorchNetwork(graph, weights, CPU);
        using ImageBatch images = TestNetworks.Images(count, preprocessing.Size);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        return network.Forward(InputTensors.Normalize(images, preprocessing, CPU), ForwardMode.Evaluation, until: until).data<float>().ToArray();
    }

    private static float[] Onnx(NetworkGraph graph, WeightSet weights, Preprocessing preprocessing, int count)
    {
        using var folder = new TemporaryFolder();
        var contract = new ModelContract { Labels = new LabelSet(["a", "b", "c"]), Preprocessing = preprocessing };
        folder.Write("model.onnx", ModelExporter.Build(graph, weights, contract).ToByteArray());
        using ScoringSession session = ScoringSession.Open(folder["model.onnx"], new ScoringOptions { Threads = 1 });
        using ImageBatch images = TestNetworks.Images(count, preprocessing.Size);
        using ScoreBatch scores = session.Score(images);
        return scores.AllLogits.ToArray();
    }
}
