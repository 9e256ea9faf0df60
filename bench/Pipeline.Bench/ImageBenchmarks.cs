using BenchmarkDotNet.Attributes;
using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Core.Imaging.Loading;
using Pipeline.Trainer.Data;

namespace Pipeline.Bench;

/// <summary>Decoding with resize, and the trainer's loader, on PNG files of 32x32 pixels as CIFAR-10's are.</summary>
public class ImageBenchmarks
{
    private const int Images = 512;
    private static readonly Preprocessing Preprocessing = Models.Preprocessing(new ImageSize(96, 96));

    private TemporaryImages? files;
    private ImageSample[] samples = [];

    [GlobalSetup]
    public void Prepare()
    {
        files = new TemporaryImages(Images, new ImageSize(32, 32));
        samples = [.. files.Paths.Select(path => new ImageSample(path, 0))];
    }

    [Benchmark(OperationsPerInvoke = Images)]
    public void DecodeAndResize()
    {
        var target = new byte[Preprocessing.Size.RgbBytes];
        foreach (ImageSample sample in samples)
        {
            ImageDecoder.DecodeFile(sample.Path, Preprocessing, target);
        }
    }

    [Benchmark(OperationsPerInvoke = Images)]
    public void LoadWithOneWorker() => Load(1);

    [Benchmark(OperationsPerInvoke = Images)]
    public void LoadWithAllWorkers() => Load(Models.Threads);

    [GlobalCleanup]
    public void Close() => files?.Dispose();

    private void Load(int workers)
    {
        var loader = new SampleLoader(Preprocessing, workers, new SkippedImages(Images));
        int[] all = [.. Enumerable.Range(0, Images)];
        IAsyncEnumerable<DecodedBatch> batches = loader.ReadAsync(samples, all, 32, CancellationToken.None);
        foreach (DecodedBatch batch in batches.ToBlockingEnumerable())
        {
            batch.Dispose();
        }
    }
}
