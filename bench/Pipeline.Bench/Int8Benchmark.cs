using System.Globalization;
using Pipeline.Core.Contracts;
using Pipeline.Inference.Sessions;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Heads;

namespace Pipeline.Bench;

/// <summary>An exported network in float32 against the same file in int8, in turns. Weights are random and ranges those of synthetic images: times do not depend on them.</summary>
internal sealed class Int8Benchmark : IDisposable
{
    private const int Batch = 32;

    private readonly string folder = Directory.CreateTempSubdirectory("pipeline-bench-").FullName;
    private readonly NetworkSpec spec;
    private readonly int threads;

    internal Int8Benchmark(NetworkSpec spec, int threads)
    {
        this.spec = spec;
        this.threads = threads;
        ScoringModels.Write(Models.Checkpoint(spec), Float32, Int8, threads);
    }

    /// <summary>Measures all networks, one line each.</summary>
    internal static void RunAll(int threads, int rounds)
    {
        foreach (NetworkSpec network in Networks)
        {
            using var benchmark = new Int8Benchmark(network, threads);
            Console.WriteLine(benchmark.Run(rounds));
        }
    }

    /// <summary>The networks of the stated goals, and two with other activations than ReLU.</summary>
    private static IEnumerable<NetworkSpec> Networks => new[] { ("vgg-16", 64), ("mobilenet-v2", 224), ("resnet-50", 224), ("mobilenet-v3-large", 224), ("efficientnet-b0", 224) }
        .Select(network => network.Item1 == "vgg-16"
            ? Models.Vgg16
            : new NetworkSpec(network.Item1, null, [new GlobalAveragePoolLayer(), new DenseLayer(null)], new ImageSize(network.Item2, network.Item2), 1000));

    /// <summary>Measures and gives one line: both medians and their ratio.</summary>
    private string Run(int rounds)
    {
        using ScoringSession float32 = Open(Float32), int8 = Open(Int8);
        byte[] pixels = ScoringModels.Pixels(Batch, spec.Size);
        var first = new Measurement("float32", () => float32.Score(pixels, Batch).Dispose());
        var second = new Measurement("int8", () => int8.Score(pixels, Batch).Dispose());
        Measurement.RunInTurns(rounds, first, second);
        return string.Create(CultureInfo.InvariantCulture, $"{spec.Backbone}@{spec.Size.Width}, batch {Batch}: float32 {first.MedianMs / Batch:0.000} ms, int8 {second.MedianMs / Batch:0.000} ms per image, {first.MedianMs / second.MedianMs:0.00}x; processor time {first.MedianProcessorMs / Batch:0.000} and {second.MedianProcessorMs / Batch:0.000} ms, {first.MedianProcessorMs / second.MedianProcessorMs:0.00}x; {new FileInfo(Float32).Length / 1e6:0.0} and {new FileInfo(Int8).Length / 1e6:0.0} MB");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Float32 => Path.Combine(folder, "model.onnx");

    private string Int8 => Path.Combine(folder, "model.int8.onnx");

    private ScoringSession Open(string path) => ScoringSession.Open(path, new ScoringOptions { Threads = threads });
}
