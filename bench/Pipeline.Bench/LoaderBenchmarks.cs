using BenchmarkDotNet.Attributes;
using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Core.Imaging.Loading;
using Pipeline.Torch;
using Pipeline.Trainer.Augmentation;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Execution;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Bench;

/// <summary>What an image costs before the network sees it, part by part, on one thread, to 64x64.</summary>
public class LoaderBenchmarks
{
    private const int BatchSize = 32;
    private static readonly Preprocessing Preprocessing = Models.Preprocessing(new ImageSize(64, 64));
    private static readonly int[] Indexes = [.. Enumerable.Range(0, BatchSize)];

    private readonly KeptImages decoded = new(Preprocessing.Size, KeptImages.DefaultBudgetBytes);
    private readonly ImageAugmenter augmenter = new(TrainingStepBenchmark.Augmentation, AugmentedPart.Train, seed: 42);
    private readonly DecodedBatch images = DecodedBatch.FromPixels(
        [.. Indexes.Select(index => new SampleSource(new ImageSample("none", 0), index))],
        ImageBatch.Rent(BatchSize, Preprocessing.Size)
    );
    private readonly Tensor pixels;
    private TemporaryImages? made;
    private ImageSample[] samples = [];
    private int epoch;

    public LoaderBenchmarks()
    {
        TorchRuntime.ConfigureThreads(1);
        pixels = InputTensors.ToPixels(images, CPU);
    }

    [GlobalSetup]
    public void Prepare() =>
        samples = [.. TemporaryImages.Photographs(BatchSize, out made).Select(path => new ImageSample(path, 0))];

    [Benchmark(OperationsPerInvoke = BatchSize)]
    public void DecodeAndResize() => Read(kept: null);

    [Benchmark(OperationsPerInvoke = BatchSize)]
    public void TakeFromMemory() => Read(decoded);

    [Benchmark(OperationsPerInvoke = BatchSize)]
    public void BytesToPlanesOfFloats()
    {
        using DisposeScope scope = NewDisposeScope();
        InputTensors.ToPixels(images, CPU);
    }

    [Benchmark(OperationsPerInvoke = BatchSize)]
    public void Augment()
    {
        using DisposeScope scope = NewDisposeScope();
        augmenter.Apply(pixels, epoch++, Indexes);
    }

    [Benchmark(OperationsPerInvoke = BatchSize)]
    public void Normalise()
    {
        using DisposeScope scope = NewDisposeScope();
        InputTensors.Normalize(pixels, Preprocessing);
    }

    [GlobalCleanup]
    public void Close()
    {
        pixels.Dispose();
        images.Dispose();
        made?.Dispose();
    }

    private void Read(KeptImages? kept)
    {
        var loader = new SampleLoader(Preprocessing, 1, new SkippedImages(BatchSize), kept);
        IAsyncEnumerable<DecodedBatch> batches = loader.ReadAsync(samples, Indexes, BatchSize, CancellationToken.None);
        foreach (DecodedBatch batch in batches.ToBlockingEnumerable())
        {
            batch.Pixels.CopyTo(images.Pixels);
            batch.Dispose();
        }
    }
}
