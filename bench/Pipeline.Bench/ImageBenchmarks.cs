using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Trainer.Data;

namespace Pipeline.Bench;

/// <summary>Decoding with resize, and the trainer's loader, on PNG files of 32x32 pixels as CIFAR-10's are.</summary>
internal sealed class ImageBenchmarks : IDisposable
{
    internal const int Images = 512;
    private static readonly ImageSize Stored = new(32, 32);
    private static readonly Preprocessing Preprocessing = Models.Preprocessing(new ImageSize(96, 96));

    private readonly string folder = Directory.CreateTempSubdirectory("pipeline-bench-").FullName;
    private readonly ImageSample[] samples;

    internal ImageBenchmarks()
    {
        var pixels = new byte[Images * Stored.RgbBytes];
        GoldenSample.FillPixels(pixels, Images, Stored);
        samples = [.. Enumerable.Range(0, Images).Select(index =>
        {
            string path = Path.Combine(folder, $"{index}.png");
            File.WriteAllBytes(path, ImageEncoder.EncodePng(pixels.AsSpan(index * Stored.RgbBytes, Stored.RgbBytes), Stored));
            return new ImageSample(path, 0);
        })];
    }

    /// <summary>One file after the other on one thread.</summary>
    internal Measurement Decode() => new("decode and resize PNG 32 to 96", () =>
    {
        var target = new byte[Preprocessing.Size.RgbBytes];
        foreach (ImageSample sample in samples)
        {
            ImageDecoder.DecodeFile(sample.Path, Preprocessing, target);
        }
    });

    /// <summary>The same files through the loader.</summary>
    internal Measurement Load(int workers) => new($"loader, batches of 32, {workers} workers", () =>
    {
        var loader = new Trainer.Data.ImageLoader(Preprocessing, workers, new SkippedImages(Images));
        foreach (LabelledBatch batch in loader.ReadAsync(samples, [.. Enumerable.Range(0, Images)], 32, CancellationToken.None).ToBlockingEnumerable())
        {
            batch.Dispose();
        }
    });

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
