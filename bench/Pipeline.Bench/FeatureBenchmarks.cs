using System.Diagnostics;
using Pipeline.Core.Contracts;
using Pipeline.Networks.Graph;
using Pipeline.Torch;
using Pipeline.Trainer.Augmentation;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Features;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pipeline.Bench;

/// <summary>What stored features bring a head phase, and what memory they take.</summary>
internal static class FeatureBenchmarks
{
    private const int Seed = 42, FeatureCount = 1280;

    /// <summary>An epoch of the default recipe's head phase on stored features against one that runs the frozen backbone (MobileNetV2 at 96x96, cut at its thirteenth block) on every image.</summary>
    internal static void CompareHead(int threads, int rounds, string folder)
    {
        TorchRuntime.ConfigureThreads(threads);
        NetworkGraph graph = Models.MobileNetV2.Build();
        Preprocessing preprocessing = Models.Preprocessing(Models.MobileNetV2.Size);
        using var network = new TorchNetwork(graph, Models.Weights(graph), CPU);
        ImageSample[] samples = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select((path, index) => new ImageSample(path, index % 2))];
        var data = new DatasetSplits(folder, new LabelSet(["a", "b"]), samples, samples, []);
        var loader = new ImageLoader(preprocessing, threads, new SkippedImages(samples.Length));
        var phase = new PhaseRecipe { Train = new TrainableSet(TrainableKind.Head), Optimizer = new OptimizerRecipe { Name = OptimizerKind.Adam, LearningRate = 1e-3 }, Epochs = 1 };
        IReadOnlySet<string> head = TrainableNodes.Of(graph, phase.Train);
        IReadOnlyList<(ParameterSpec Spec, Parameter Tensor)> trained = network.SetTrainable(node => head.Contains(node.Name));
        using optim.Optimizer optimizer = OptimizerFactory.Create(phase.Optimizer, trained);
        string path = Path.Combine(Path.GetTempPath(), $"pipeline-bench-{Environment.ProcessId}.safetensors");
        try
        {
            string node = FeatureExtractor.FeatureNode(graph);
            IEnumerable<FeatureRows> rows = FeatureExtractor.Extract(network, node, samples, ImageFlips.None, loader, preprocessing, CancellationToken.None);
            FeatureFile.Write(path, (int)graph[node].OutputShape.Count, samples.Length, rows, new Dictionary<string, string>());
            using var features = new BottleneckFeatures(node, new Dictionary<ImageFlips, FeatureTable> { [ImageFlips.None] = FeatureTable.Open(path) }, FeatureTable.Open(path));
            Measurement stored = Epoch("epoch on stored features", new FeatureBatchSource(features, phase, Seed));
            Measurement computed = Epoch("epoch through the backbone", new ImageBatchSource(data, loader, preprocessing, phase, Seed));
            Measurement.RunInTurns(rounds, stored, computed);
            Console.WriteLine(stored.Describe(samples.Length, "image"));
            Console.WriteLine(computed.Describe(samples.Length, "image"));
            Console.WriteLine(FormattableString.Invariant($"{computed.MedianMs / stored.MedianMs:0.0}x faster on the wall, {computed.MedianProcessorMs / stored.MedianProcessorMs:0.0}x less processor time, {samples.Length} images"));
        }
        finally
        {
            File.Delete(path);
        }

        Measurement Epoch(string name, IBatchSource source)
        {
            var step = new TrainingStep(network, optimizer, [.. trained.Select(item => item.Tensor)], phase, ForwardMode.Training(graph, phase, head), source.StartNode, classWeights: null);
            return new Measurement(name, () =>
            {
                foreach (TrainingBatch batch in source.Train(0, phase.BatchSize, 0, CancellationToken.None))
                {
                    using (batch)
                    {
                        step.Run([new StepBatch(batch, Seed, Mix: null)]);
                    }
                }
            });
        }
    }

    /// <summary>Writes as many rows of 1,280 features as asked for, reads them in a training's random order twice, and says how far the process's memory rose. libtorch is not loaded.</summary>
    internal static void Stream(int rows)
    {
        string path = Path.Combine(Path.GetTempPath(), $"pipeline-bench-{Environment.ProcessId}.safetensors");
        var phase = new PhaseRecipe { Train = new TrainableSet(TrainableKind.Head), Optimizer = new OptimizerRecipe { Name = OptimizerKind.Adam, LearningRate = 1e-3 }, Epochs = 1 };
        try
        {
            FeatureFile.Write(path, FeatureCount, rows, Enumerable.Range(0, (rows + 49) / 50).Select(batch => Rows(batch * 50, Math.Min(50, rows - (batch * 50)))), new Dictionary<string, string>());
            using var features = new BottleneckFeatures("features", new Dictionary<ImageFlips, FeatureTable> { [ImageFlips.None] = FeatureTable.Open(path) }, FeatureTable.Open(path));
            var source = new FeatureBatchSource(features, phase, Seed);
            long start = Stopwatch.GetTimestamp();
            int read = Enumerable.Range(0, 2).Sum(pass => source.Train(pass, phase.BatchSize, 0, CancellationToken.None).Sum(batch => batch.ClassIndexes.Length));
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            using var process = Process.GetCurrentProcess();
            Console.WriteLine(FormattableString.Invariant($"{read} rows of {FeatureCount} read at random from a file of {new FileInfo(path).Length / 1e6:0} MB in {seconds:0.0} s; peak memory of the process {process.PeakWorkingSet64 / 1e6:0} MB"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static FeatureRows Rows(int first, int count) => new([.. Enumerable.Range(0, count * FeatureCount).Select(index => (float)index)], new long[count], [.. Enumerable.Range(first, count)]);
}
