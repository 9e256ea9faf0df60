using System.Text.Json;
using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Weights;
using Pipeline.Networks.Weights.Matching;
using Pipeline.Testing;
using Pipeline.Trainer.Execution;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Tests.Training;

/// <summary>
/// Our MobileNetV2 and InceptionV3 (Keras's form) with the weights of npm nsfwjs against the original runtime
/// (tests/data/nsfwjs/make-golden.mjs).
/// </summary>
public sealed class NsfwjsParityTests : TorchTest
{
    // float32 rounding of 53 or 94 convolutions in two runtimes; a wrong layer is off by 0.01 and more
    private const double Tolerance = 1e-5;

    [Theory]
    [InlineData("mobilenet-v2", 224)]
    [InlineData("inception-v3", 299)]
    public void Forward_OriginalWeights_GivesTheOriginalSoftmax(string name, int side)
    {
        NetworkGraph graph = WithOriginalTop(NetworkCatalog.Create(name, new ImageSize(side, side)));

        float[] softmax = Run(graph, HeadUse.Require, Rows(name, "softmax").Length, logits => logits.softmax(1));

        FloatAssert.Near(Numbers(name, "softmax"), softmax, Tolerance);
    }

    [Theory]
    [InlineData("mobilenet-v2", 224, "block_13_expand_relu")]
    [InlineData("inception-v3", 299, "mixed7")]
    public void Forward_UntilACut_GivesTheOriginalChannelMeans(string name, int side, string cut)
    {
        NetworkGraph backbone = NetworkCatalog.Create(name, new ImageSize(side, side)).CutAt(cut);

        float[] means = Run(
            backbone,
            HeadUse.Replace,
            Rows(name, "firstChannelMeans").Length,
            maps => maps.mean([2, 3]).narrow(1, 0, 16)
        );

        FloatAssert.Near(Numbers(name, "firstChannelMeans"), means, Tolerance);
    }

    private static float[] Run(NetworkGraph graph, HeadUse use, int count, Func<Tensor, Tensor> read)
    {
        string folder = Path.Combine(TestNetworks.NpmModules, "nsfwjs", "dist", "models", graph.Name.Replace('-', '_'));
        Preprocessing zeroToOne = TestNetworks.Preprocessing(graph.Input.Width) with
        {
            Mean = [0, 0, 0],
            Std = [1, 1, 1],
        };
        using var network = new TorchNetwork(
            graph,
            WeightsMatch.Match(graph, WeightsFile.Read(folder), use).Weights,
            CPU
        );
        using ImageBatch images = ImageBatch.Rent(count, zeroToOne.Size);
        GoldenSample.FillPixels(images.Pixels, count, zeroToOne.Size);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        return read(network.Forward(InputTensors.Normalize(images, zeroToOne, CPU), ForwardMode.Evaluation))
            .contiguous()
            .data<float>()
            .ToArray();
    }

    /// <summary>The package's own classifier, which the catalog leaves out.</summary>
    private static NetworkGraph WithOriginalTop(NetworkGraph backbone)
    {
        GraphBuilder builder = new GraphBuilder(backbone).Block("top");
        builder.Add("pool", new GlobalAveragePool());
        builder.Add("dense_1", new Linear(256));
        builder.Add("relu_1", new Activation(ActivationKind.Relu));
        builder.Add("dense_2", new Linear(128));
        builder.Add("relu_2", new Activation(ActivationKind.Relu));
        builder.Add("dense_3", new Linear(5));
        return builder.Build();
    }

    private static JsonElement[] Rows(string name, string key)
    {
        using JsonDocument golden = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "data", "nsfwjs", $"{name}.json"))
        );
        return [.. golden.RootElement.GetProperty(key).EnumerateArray().Select(row => row.Clone())];
    }

    private static float[] Numbers(string name, string key) =>
        [.. Rows(name, key).SelectMany(row => row.EnumerateArray()).Select(value => value.GetSingle())];
}
