using System.Text.Json;
using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Weights;
using Pipeline.Networks.Weights.Matching;
using Pipeline.Testing;
using Pipeline.Trainer.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Tests.Training;

/// <summary>Our InceptionV3 in Keras's form with npm nsfwjs's weights against the original runtime (tests/data/inception-v3/make-golden.mjs).</summary>
public sealed class InceptionV3ParityTests : TorchTest
{
    private const double Tolerance = 1e-5;   // float32 rounding of 94 convolutions in two runtimes; a wrong layer is off by 0.01 and more
    private static readonly Preprocessing ZeroToOne = TestNetworks.Preprocessing(299) with { Mean = [0, 0, 0], Std = [1, 1, 1] };

    [Fact]
    public void Forward_OriginalWeights_GivesTheOriginalSoftmaxAndChannelMeans()
    {
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "data", "inception-v3", "golden.json")));
        NetworkGraph graph = WithOriginalTop();
        MatchedWeights weights = WeightsMatch.Match(graph, WeightsFile.Read(Path.Combine(TestNetworks.NpmModules, "nsfwjs", "dist", "models", "inception_v3")), HeadUse.Require);
        using var network = new TorchNetwork(graph, weights.Weights, CPU);
        using ImageBatch images = ImageBatch.Rent(1, ZeroToOne.Size);
        GoldenSample.FillPixels(images.Pixels, 1, ZeroToOne.Size);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Tensor input = InputTensors.Normalize(images, ZeroToOne, CPU);

        float[] softmax = network.Forward(input, ForwardMode.Evaluation).softmax(1).contiguous().data<float>().ToArray();
        float[] means = network.Forward(input, ForwardMode.Evaluation, until: graph.CutAt("mixed7").Output.Name).mean([2, 3]).narrow(1, 0, 16).contiguous().data<float>().ToArray();

        FloatAssert.Near(Numbers(golden.RootElement.GetProperty("softmax")), softmax, Tolerance);
        FloatAssert.Near(Numbers(golden.RootElement.GetProperty("firstChannelMeans")), means, Tolerance);
    }

    /// <summary>The package's own classifier, which the catalog leaves out.</summary>
    private static NetworkGraph WithOriginalTop()
    {
        GraphBuilder builder = new GraphBuilder(NetworkCatalog.Create("inception-v3", ZeroToOne.Size)).Block("top");
        builder.Add("average_pooling2d_10", new GlobalAveragePool());
        builder.Add("dense_1", new Linear(256));
        builder.Add("relu_1", new Activation(ActivationKind.Relu));
        builder.Add("dense_2", new Linear(128));
        builder.Add("relu_2", new Activation(ActivationKind.Relu));
        builder.Add("dense_3", new Linear(5));
        return builder.Build();
    }

    private static float[] Numbers(JsonElement rows) => [.. rows.EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(value => value.GetSingle())];
}
