using BenchmarkDotNet.Attributes;
using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging.Loading;
using Pipeline.Inference.Batching;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;

namespace Pipeline.Bench;

/// <summary>
/// Many callers, one image each: one after the other behind a lock, side by side, joined into common runs on all
/// threads, and joined into small runs of one thread each. MobileNetV2@224, from decoded pixels or from the bytes of
/// photographs (<c>IMAGES</c>, a folder).
/// </summary>
public class MicroBatchBenchmarks
{
    private const int Callers = 64;
    private const int CallsEach = 4;

    private readonly Lock gate = new();
    private TemporaryModel? model;
    private ImageClassifier? single;
    private ImageClassifier? joined;
    private ImageClassifier? parallel;
    private ImageSource[] images = [];

    [GlobalSetup]
    public void Prepare()
    {
        model = new TemporaryModel(Models.Checkpoint(Models.MobileNetV2Whole));
        var options = new ScoringOptions { Device = ScoringDevice.Cpu, Threads = Models.Threads };
        single = ImageClassifier.Load(model.Path, options);
        joined = ImageClassifier.Load(model.Path, options with { MicroBatching = new MicroBatchingOptions() });
        parallel = ImageClassifier.Load(
            model.Path,
            options with
            {
                Threads = 1,
                ConcurrentRuns = Models.Threads,
                MicroBatching = new MicroBatchingOptions { MaxBatchSize = 4 },
            }
        );
        images = Images(single.Contract.Preprocessing.Size);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Callers * CallsEach)]
    public void LockAroundSingleCalls() =>
        CallAll(image =>
        {
            lock (gate)
            {
                single?.Classify(image);
            }
        });

    [Benchmark(OperationsPerInvoke = Callers * CallsEach)]
    public void SingleCallsSideBySide() => CallAll(image => single?.Classify(image));

    [Benchmark(OperationsPerInvoke = Callers * CallsEach)]
    public void MicroBatching() => CallAll(image => joined?.Classify(image));

    [Benchmark(OperationsPerInvoke = Callers * CallsEach)]
    public void MicroBatchingRunsSideBySide() => CallAll(image => parallel?.Classify(image));

    [GlobalCleanup]
    public void Close()
    {
        single?.Dispose();
        joined?.Dispose();
        parallel?.Dispose();
        model?.Dispose();
    }

    private static ImageSource[] Images(ImageSize size)
    {
        if (Environment.GetEnvironmentVariable("IMAGES") is string folder)
        {
            IEnumerable<string> files = FolderListing.Files(folder).Take(Callers * CallsEach);
            return [.. files.Select(path => ImageSource.FromBytes(File.ReadAllBytes(path), path))];
        }

        ReadOnlyMemory<byte> pixels = ScoringModels.Pixels(Callers, size);
        return
        [
            .. Enumerable
                .Range(0, Callers)
                .Select(index => ImageSource.FromPixels(pixels.Slice(index * size.RgbBytes, size.RgbBytes), size)),
        ];
    }

    private void CallAll(Action<ImageSource> call)
    {
        Thread[] callers =
        [
            .. Enumerable
                .Range(0, Callers)
                .Select(caller => new Thread(() =>
                {
                    for (int index = 0; index < CallsEach; index++)
                    {
                        call(images[((caller * CallsEach) + index) % images.Length]);
                    }
                })),
        ];
        Array.ForEach(callers, caller => caller.Start());
        Array.ForEach(callers, caller => caller.Join());
    }
}
