using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Core.Tensors;
using Pipeline.Export;
using Pipeline.Inference.Sessions;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Checkpoints;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;
using Pipeline.Testing;
using Pipeline.Trainer.Training;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Tests.Training;

/// <summary>Every network of the catalog with every head layer: what torch says is what the exported file says.</summary>
[Trait("Kind", "Oracle")]
public sealed class NetworkParityTests
{
    private static readonly Preprocessing Scaled = new()
    {
        Size = new ImageSize(1, 1),
        Resize = ResizeMode.Squash,
        Kernel = ResizeKernel.Bicubic,
        Antialias = true,
        Scale = 1.0 / 255,
        Mean = [0, 0, 0],
        Std = [1, 1, 1],
    };

    [Theory]
    [InlineData("vgg-16", 32, "flatten; dense: 16; dense: classes")]
    [InlineData("simple-cnn", 37, "flatten; dense: 64; dropout: 0.5; dense: classes")]
    [InlineData("ten-layer-cnn", 100, "global_average_pool; dense: classes")]
    [InlineData("small-cnn", 56, "conv: 32; max_pool: 2; dropout: 0.25; conv: 64; max_pool: 2; flatten; dense: 128; dense: classes")]
    [InlineData("small-cnn", 64, "max_pool: 3; flatten; dense: classes")]
    public void Export_RandomWeights_AnswersAsTorch(string backbone, int size, string head)
    {
        using var folder = new TemporaryFolder();
        var spec = new NetworkSpec(backbone, null, [.. head.Split("; ").Select(HeadNotation.Read)], new ImageSize(size, size), 3);
        NetworkGraph graph = spec.Build();
        Preprocessing preprocessing = Scaled with { Size = spec.Size };
        var weights = new WeightSet(graph.Parameters.Select(parameter => ParameterInitializer.Create(parameter, seed: 7)));
        using var network = new TorchNetwork(graph, weights, CPU);
        GoldenSample golden = GoldenBatch.Compute(network, preprocessing);
        var contract = new ModelContract { Labels = new LabelSet(["a", "b", "c"]), Preprocessing = preprocessing, Provenance = new SortedDictionary<string, string>(), Golden = golden };

        ModelExporter.Export(new Checkpoint(spec, weights, contract), folder["model.onnx"]);

        using ScoringSession session = ScoringSession.Open(folder["model.onnx"], new ScoringOptions { Threads = 1, SelfTest = false });
        using ImageBatch images = ImageBatch.Rent(golden.Count, spec.Size);
        GoldenSample.FillPixels(images.Pixels, golden.Count, spec.Size);
        using ScoreBatch scores = session.Score(images);
        double largest = golden.Logits.Max(value => Math.Abs(value));
        FloatAssert.Near(golden.Logits, scores.AllLogits, 1e-4 * Math.Max(1, largest));   // the gate's own tolerance
        Assert.True(largest > 1e-3, "Logits near zero would agree by accident.");
    }
}
