using BenchmarkDotNet.Attributes;
using Pipeline.Core.Contracts;
using Pipeline.Networks.Graph;
using Pipeline.Torch;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Features;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pipeline.Bench;

/// <summary>
/// An epoch of the default recipe's head phase on stored features against one that runs the frozen backbone
/// (MobileNetV2 at 96x96, cut at its thirteenth block) on every image.
/// </summary>
public class FeatureBenchmarks
{
    private const int Seed = 42,
        Images = 640;
    private static readonly PhaseRecipe Phase = new()
    {
        Train = new TrainableSet(TrainableKind.Head),
        Optimizer = new OptimizerRecipe { Name = OptimizerKind.Adam, LearningRate = 1e-3 },
        Epochs = 1,
    };

    private readonly NetworkGraph graph = Models.MobileNetV2.Build();
    private readonly Preprocessing preprocessing = Models.Preprocessing(Models.MobileNetV2.Size);
    private TemporaryImages? made;
    private string path = string.Empty;
    private TorchNetwork? network;
    private optim.Optimizer? optimizer;
    private BottleneckFeatures? features;
    private Action stored = () => { };
    private Action computed = () => { };

    [GlobalSetup]
    public void Prepare()
    {
        TorchRuntime.ConfigureThreads(Models.Threads);
        IReadOnlyList<string> files = TemporaryImages.Photographs(Images, out made);
        ImageSample[] samples = [.. files.Select((file, index) => new ImageSample(file, index % 2))];
        var data = new DatasetSplits("photographs", new LabelSet(["a", "b"]), samples, samples, []);
        var loader = new SampleLoader(preprocessing, Models.Threads, new SkippedImages(samples.Length));
        TorchNetwork frozen = network = new TorchNetwork(graph, Models.Weights(graph), CPU);
        IReadOnlySet<string> head = TrainableNodes.Find(graph, Phase.Train);
        IReadOnlyList<(ParameterSpec Spec, Parameter Tensor)> trained = network.SetTrainable(node =>
            head.Contains(node.Name)
        );
        optim.Optimizer adam = optimizer = OptimizerFactory.Create(Phase.Optimizer, trained);
        path = Path.Combine(Path.GetTempPath(), $"pipeline-bench-{Environment.ProcessId}.safetensors");
        string node = FeatureExtractor.FeatureNode(graph);
        IEnumerable<FeatureRows> rows = FeatureExtractor.Extract(
            network,
            node,
            samples,
            ImageFlips.None,
            loader,
            preprocessing,
            CancellationToken.None
        );
        int width = (int)graph[node].OutputShape.Count;
        FeatureFile.Write(path, width, samples.Length, rows, new Dictionary<string, string>());
        var tables = new Dictionary<ImageFlips, FeatureTable> { [ImageFlips.None] = FeatureTable.Open(path) };
        features = new BottleneckFeatures(node, tables, FeatureTable.Open(path));
        stored = Epoch(new FeatureBatchSource(features, Phase, Seed));
        computed = Epoch(new ImageBatchSource(data, loader, preprocessing, Phase, Seed));

        Action Epoch(IBatchSource source)
        {
            var mode = ForwardMode.Training(graph, Phase, head);
            Parameter[] tensors = [.. trained.Select(item => item.Tensor)];
            var step = new TrainingStep(frozen, adam, tensors, Phase, mode, source.StartNode, classWeights: null);
            return () =>
            {
                foreach (TrainingBatch batch in source.Train(0, Phase.BatchSize, 0, CancellationToken.None))
                {
                    using (batch)
                    {
                        step.Run([new StepBatch(batch, Seed, Mix: null)]);
                    }
                }
            };
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Images)]
    public void ThroughTheBackbone() => computed();

    [Benchmark(OperationsPerInvoke = Images)]
    public void OnStoredFeatures() => stored();

    [GlobalCleanup]
    public void Close()
    {
        features?.Dispose();
        File.Delete(path);
        optimizer?.Dispose();
        network?.Dispose();
        made?.Dispose();
    }
}
