using System.Globalization;
using Pipeline.Core.Contracts;
using Pipeline.Export.Quantization;
using Pipeline.Inference.Sessions;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Heads;

namespace Pipeline.Bench;

/// <summary>An exported network in float32 against the same file in int8, in turns. Weights are random and ranges those of synthetic images: times do not depend on them.</summary>
internal sealed class Int8Benchmark : IDisposable
{
    private const int Batch = 32;
    private static readonly string[] At224 = ["mobilenet-v2", "resnet-50", "resnet-18", "mobilenet-v3-small", "mobilenet-v3-large", "efficientnet-b0", "densenet-121", "convnext-tiny"];

    private readonly string folder = Directory.CreateTempSubdirectory("pipeline-bench-").FullName;
    private readonly NetworkSpec spec;
    private readonly int threads;

    internal Int8Benchmark(NetworkSpec spec, int threads)
    {
        this.spec = spec;
        this.threads = threads;
        ScoringModels.Write(Models.Checkpoint(spec), Float32, Int8, threads);
    }

    /// <summary>Measures the networks of some names, or all, one line each.</summary>
    internal static void RunAll(int threads, int rounds, string[] names)
    {
        foreach (NetworkSpec network in Networks.Where(network => names.Length == 0 || names.Contains(network.Backbone)))
        {
            using var benchmark = new Int8Benchmark(network, threads);
            Console.WriteLine(benchmark.Run(rounds));
        }
    }

    /// <summary>The networks of the stated goals, and one of every other family.</summary>
    private static IEnumerable<NetworkSpec> Networks =>
    [
        Models.Vgg16,
        .. At224.Select(name => Spec(name, 224)),
        Spec("inception-v3", 299),
    ];

    private static NetworkSpec Spec(string backbone, int side) => new(backbone, null, [new GlobalAveragePoolLayer(), new DenseLayer(null)], new ImageSize(side, side), 1000);

    /// <summary>Measures and gives one line: both medians and their ratio.</summary>
    private string Run(int rounds)
    {
        using ScoringSession float32 = Open(Float32), int8 = Open(Int8);
        byte[] pixels = ScoringModels.Pixels(Batch, spec.Size);
        var first = new Measurement("float32", () => float32.Score(pixels, Batch).Dispose());
        var second = new Measurement("int8", () => int8.Score(pixels, Batch).Dispose());
        Measurement.RunInTurns(rounds, first, second);
        string floats = string.Join(", ", QuantizableModel.Load(Float32).FloatOperators.Select(pair => $"{pair.Value} {pair.Key}"));
        return string.Create(CultureInfo.InvariantCulture, $"{spec.Backbone}@{spec.Size.Width}, batch {Batch}: float32 {first.MedianMs / Batch:0.000} ms, int8 {second.MedianMs / Batch:0.000} ms per image, {first.MedianMs / second.MedianMs:0.00}x; processor time {first.MedianProcessorMs / Batch:0.000} and {second.MedianProcessorMs / Batch:0.000} ms, {first.MedianProcessorMs / second.MedianProcessorMs:0.00}x; {new FileInfo(Float32).Length / 1e6:0.0} and {new FileInfo(Int8).Length / 1e6:0.0} MB; float32 among int8: {(floats.Length > 0 ? floats : "none")}");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Float32 => Path.Combine(folder, "model.onnx");

    private string Int8 => Path.Combine(folder, "model.int8.onnx");

    private ScoringSession Open(string path) => ScoringSession.Open(path, new ScoringOptions { Threads = threads });
}
