using BenchmarkDotNet.Attributes;
using Pipeline.Core.Contracts;
using Pipeline.Inference.Sessions;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Checkpoints;
using Pipeline.Networks.Heads;

namespace Pipeline.Bench;

/// <summary>
/// An exported network in float32 against the same file in int8: the networks of the stated goals, and one of every
/// other family. Weights are random and ranges those of synthetic images: times do not depend on them.
/// </summary>
public class Int8Benchmarks
{
    private const int Batch = 32;
    private TemporaryModel? model;
    private ScoringSession? float32;
    private ScoringSession? int8;
    private byte[] pixels = [];

    [Params(
        "vgg-16",
        "mobilenet-v2",
        "resnet-50",
        "resnet-18",
        "mobilenet-v3-small",
        "mobilenet-v3-large",
        "efficientnet-b0",
        "densenet-121",
        "convnext-tiny",
        "inception-v3"
    )]
    public string Network { get; set; } = string.Empty;

    [GlobalSetup]
    public void Prepare()
    {
        Checkpoint checkpoint = Models.Checkpoint(Spec);
        model = new TemporaryModel(checkpoint);
        ScoringModels.Write(checkpoint, model.Path, model.Int8Path, Models.Threads);
        float32 = ScoringSession.Open(model.Path, new ScoringOptions { Threads = Models.Threads });
        int8 = ScoringSession.Open(model.Int8Path, new ScoringOptions { Threads = Models.Threads });
        pixels = ScoringModels.Pixels(Batch, checkpoint.Spec.Size);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Batch)]
    public void Float32() => float32?.Score(pixels, Batch).Dispose();

    [Benchmark(OperationsPerInvoke = Batch)]
    public void Int8() => int8?.Score(pixels, Batch).Dispose();

    [GlobalCleanup]
    public void Close()
    {
        float32?.Dispose();
        int8?.Dispose();
        model?.Dispose();
    }

    private NetworkSpec Spec
    {
        get
        {
            int side = Network == "inception-v3" ? 299 : 224;
            HeadLayer[] head = [new GlobalAveragePoolLayer(), new DenseLayer(null)];
            return Network == "vgg-16" ? Models.Vgg16 : new(Network, null, head, new ImageSize(side, side), 1000);
        }
    }
}
