using BenchmarkDotNet.Attributes;
using Pipeline.Torch;
using Pipeline.Trainer.Recipes;

namespace Pipeline.Bench;

/// <summary>
/// How much longer a step takes when its batch comes from the loader, augmented, than when a batch lies ready and is
/// augmented: a ratio of 1 means that the loader is never waited for.
/// </summary>
public class StepBenchmarks
{
    private const int Images = 640;
    private TemporaryImages? made;
    private TrainingStepBenchmark? ready;
    private TrainingStepBenchmark? first;
    private TrainingStepBenchmark? later;

    [Params("resnet-18", "mobilenet-v2-torchvision")]
    public string Network { get; set; } = string.Empty;

    [GlobalSetup]
    public void Prepare()
    {
        TorchRuntime.ConfigureThreads(Models.Threads);
        IReadOnlyList<string> files = TemporaryImages.Photographs(Images, out made);
        ready = new TrainingStepBenchmark(Models.Trained(Network), PrecisionMode.Fp32);
        first = new TrainingStepBenchmark(Models.Trained(Network), PrecisionMode.Fp32, files);
        later = new TrainingStepBenchmark(Models.Trained(Network), PrecisionMode.Fp32, files, keep: true);
    }

    [Benchmark(Baseline = true)]
    public void OnResidentBatch() => ready?.StepAugmented();

    [Benchmark]
    public void InFirstEpoch() => first?.Step();

    [Benchmark]
    public void WithImagesKept() => later?.Step();

    [GlobalCleanup]
    public void Close()
    {
        ready?.Dispose();
        first?.Dispose();
        later?.Dispose();
        made?.Dispose();
    }
}
