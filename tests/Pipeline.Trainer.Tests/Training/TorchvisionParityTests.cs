using System.Text.Json;
using Pipeline.Core.Contracts;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Graph;
using Pipeline.Testing;
using Pipeline.Trainer.Execution;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Tests.Training;

/// <summary>
/// The catalog's networks with their own classifiers against torchvision 0.14.1, on weights and images by formula
/// (<c>tests/data/networks/make_torchvision.py</c>).
/// </summary>
public sealed class TorchvisionParityTests : TorchTest
{
    private const double RelativeTolerance = 1e-4; // of the largest logit; float32 rounding over up to 152 layers
    private const int Stride = 10; // every tenth logit is stored

    private static readonly string[] Quick =
    [
        "convnext-tiny",
        "densenet-121",
        "efficientnet-b0",
        "mobilenet-v2-torchvision",
        "mobilenet-v3-small",
        "resnet-18",
    ];

    public static TheoryData<string> QuickNetworks => new(Quick);

    public static TheoryData<string> OtherNetworks =>
        new(Golden("logits.json").RootElement.EnumerateObject().Select(entry => entry.Name).Except(Quick));

    [Theory]
    [MemberData(nameof(QuickNetworks))]
    public void Forward_SmallNetwork_GivesTorchvisionsLogits(string name) => AssertLogits(name);

    [Theory]
    [MemberData(nameof(OtherNetworks))]
    [Trait("Kind", "Slow")]
    public void Forward_LargeNetwork_GivesTorchvisionsLogits(string name) => AssertLogits(name);

    [Fact]
    public void Golden_EveryNetworkThatTorchvisionHas_IsThere()
    {
        string[] ours =
        [
            "custom",
            "inception-v3",
            "mobilenet-v2",
            "resnet-18-cntk",
            "simple-cnn",
            "small-cnn",
            "ten-layer-cnn",
        ]; // Keras's forms, CNTK's, and networks from scratch

        using JsonDocument golden = Golden("logits.json");

        Assert.Equal(
            NetworkCatalog.Names.Except(ours),
            golden.RootElement.EnumerateObject().Select(entry => entry.Name).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Forward_OneNormChanged_IsNoticedByThisTest()
    {
        using JsonDocument golden = Golden("logits.json");
        JsonElement expected = golden.RootElement.GetProperty("resnet-18");
        NetworkGraph graph = Build("resnet-18", expected);
        WeightSet weights = FormulaTensors.Weights(graph, expected.GetProperty("gain").GetDouble());
        var changed = new WeightSet(
            weights.Select(tensor =>
                tensor.Name == "layer2.1.bn1.running_var"
                    ? TensorData.FromFloat32(
                        tensor.Name,
                        tensor.Shape,
                        Array.ConvertAll(tensor.AsFloat32().ToArray(), value => value * 1.02f)
                    )
                    : tensor
            )
        );

        float[] actual = Logits(graph, changed, 2);

        Assert.Throws<Xunit.Sdk.FailException>(() => FloatAssert.Near(Expected(expected), actual, Tolerance(expected)));
    }

    private static void AssertLogits(string name)
    {
        using JsonDocument golden = Golden("logits.json");
        JsonElement expected = golden.RootElement.GetProperty(name);
        NetworkGraph graph = Build(name, expected);

        float[] actual = Logits(graph, FormulaTensors.Weights(graph, expected.GetProperty("gain").GetDouble()), 2);

        FloatAssert.Near(Expected(expected), actual, Tolerance(expected));
    }

    private static float[] Logits(NetworkGraph graph, WeightSet weights, int count)
    {
        using var network = new TorchNetwork(graph, weights, CPU);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        float[] all = network
            .Forward(FormulaTensors.Images(count, graph.Input.Width), ForwardMode.Evaluation)
            .data<float>()
            .ToArray();
        return [.. all.Where((_, index) => index % 1000 % Stride == 0)];
    }

    private static NetworkGraph Build(string name, JsonElement golden)
    {
        int side = golden.GetProperty("side").GetInt32();
        return NetworkCatalog.CreateWithClassifier(name, new ImageSize(side, side));
    }

    private static double Tolerance(JsonElement golden) =>
        RelativeTolerance * golden.GetProperty("largest").GetDouble();

    private static float[] Expected(JsonElement golden) =>
        [
            .. golden
                .GetProperty("logits")
                .EnumerateArray()
                .SelectMany(row => row.EnumerateArray())
                .Select(value => value.GetSingle()),
        ];

    private static JsonDocument Golden(string file) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "data", "networks", file)));
}
