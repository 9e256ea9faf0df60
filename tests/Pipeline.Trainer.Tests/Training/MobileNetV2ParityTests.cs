using System.Text.Json;
using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Weights;
using Pipeline.Networks.Weights.Matching;
using Pipeline.Testing;
using Pipeline.Trainer.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Tests.Training;

/// <summary>Our MobileNetV2 with the package's weights against the original runtime (tests/data/mobilenet-v2/make-golden.mjs).</summary>
public sealed class MobileNetV2ParityTests : TorchTest
{
    private const double SoftmaxTolerance = 1e-5;   // float32 rounding of 53 layers in two runtimes; a wrong layer is off by 0.01 and more
    private static readonly Preprocessing ZeroToOne = TestNetworks.Preprocessing(224) with { Mean = [0, 0, 0], Std = [1, 1, 1] };

    [Fact]
    public void Forward_OriginalWeights_GivesTheOriginalSoftmax()
    {
        using JsonDocument golden = Golden();
        NetworkGraph graph = WithOriginalTop();
        WeightSet weights = WeightsMatch.Match(graph, WeightsFile.Read(Path.Combine(TestNetworks.NpmModules, "nsfwjs", "dist", "models", "mobilenet_v2")), HeadUse.Require).Weights;
        using var network = new TorchNetwork(graph, weights, CPU);

        float[] softmax = Run(network, until: null, logits => logits.softmax(1));

        FloatAssert.Near(Numbers(golden.RootElement.GetProperty("softmax")), softmax, SoftmaxTolerance);
    }

    [Fact]
    public void Forward_UntilTheCut_GivesTheOriginalChannelMeans()
    {
        using JsonDocument golden = Golden();
        NetworkGraph backbone = NetworkCatalog.Create("mobilenet-v2", ZeroToOne.Size).CutAt("block_13_expand_relu");
        using var network = new TorchNetwork(backbone, WeightsMatch.Match(backbone, WeightsFile.Read(Path.Combine(TestNetworks.NpmModules, "nsfwjs", "dist", "models", "mobilenet_v2")), HeadUse.Replace).Weights, CPU);

        float[] means = Run(network, until: null, maps => maps.mean([2, 3]).narrow(1, 0, 16));

        FloatAssert.Near(Numbers(golden.RootElement.GetProperty("firstChannelMeans")), means, 1e-5);
    }

    private static float[] Run(TorchNetwork network, string? until, Func<Tensor, Tensor> read)
    {
        using ImageBatch images = ImageBatch.Rent(2, ZeroToOne.Size);
        GoldenSample.FillPixels(images.Pixels, 2, ZeroToOne.Size);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        return read(network.Forward(InputTensors.Normalize(images, ZeroToOne, CPU), ForwardMode.Evaluation, until: until)).contiguous().data<float>().ToArray();
    }

    /// <summary>The package's own classifier, which the catalog leaves out.</summary>
    private static NetworkGraph WithOriginalTop()
    {
        GraphBuilder builder = new GraphBuilder(NetworkCatalog.Create("mobilenet-v2", ZeroToOne.Size)).Block("top");
        builder.Add("average_pooling2d_1", new AvgPool2d(new Window(7, 7, Padding.None), CountPadding: false));
        builder.Add("flatten_1", new Flatten());
        builder.Add("dense_1", new Linear(256));
        builder.Add("relu_1", new Activation(ActivationKind.Relu));
        builder.Add("dense_2", new Linear(128));
        builder.Add("relu_2", new Activation(ActivationKind.Relu));
        builder.Add("dense_3", new Linear(5));
        return builder.Build();
    }

    private static JsonDocument Golden() => JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "data", "mobilenet-v2", "golden.json")));

    private static float[] Numbers(JsonElement rows) => [.. rows.EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(value => value.GetSingle())];
}
