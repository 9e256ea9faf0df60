using System.Globalization;
using Pipeline.Core.Contracts;
using Pipeline.Inference.Batching;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;

namespace Pipeline.Bench;

/// <summary>Many callers, one image each, in turns: one after the other behind a lock, side by side, joined into common runs on all threads, and joined into small runs of one thread each. MobileNetV2@224.</summary>
internal static class MicroBatchBenchmark
{
    private const int Callers = 64;
    private const int CallsEach = 4;

    /// <summary>Prints images per second of the four ways, the ratios to the lock, and the ratio that no way can pass: every processor busy all the time with the cheapest of them.</summary>
    /// <param name="threads">Threads of the network.</param>
    /// <param name="rounds">Rounds in turns.</param>
    /// <param name="folder">Images that the callers hold as bytes and that each call decodes; <c>null</c> for decoded pixels of the model's size.</param>
    internal static void Run(int threads, int rounds, string? folder)
    {
        using var model = new TemporaryModel();
        var options = new ScoringOptions { Device = ScoringDevice.Cpu, Threads = threads };
        using ImageClassifier single = ImageClassifier.Load(model.Path, options);
        using ImageClassifier joined = ImageClassifier.Load(model.Path, options with { MicroBatching = new MicroBatchingOptions() });
        using ImageClassifier parallel = ImageClassifier.Load(model.Path, options with { Threads = 1, ConcurrentRuns = threads, MicroBatching = new MicroBatchingOptions { MaxBatchSize = 4 } });
        ImageSource[] images = Images(single.Contract.Preprocessing.Size, folder);
        Lock gate = new();
        var locked = new Measurement("a lock around single calls", () => CallAll(images, image =>
        {
            lock (gate)
            {
                single.Classify(image);
            }
        }));
        var free = new Measurement("single calls side by side", () => CallAll(images, image => single.Classify(image)));
        var common = new Measurement("micro-batching", () => CallAll(images, image => joined.Classify(image)));
        var sideBySide = new Measurement("micro-batching, runs side by side", () => CallAll(images, image => parallel.Classify(image)));
        Measurement.RunInTurns(rounds, locked, free, common, sideBySide);
        Console.WriteLine($"MobileNetV2@224, {Callers} callers, {threads} threads, {rounds} rounds in turns, {(folder is null ? "decoded pixels" : $"files of {folder}")}");
        foreach ((string name, Measurement measurement) in new[] { ("lock", locked), ("free", free), ("joined", common), ("joined, runs of one thread", sideBySide) })
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-28} {Callers * CallsEach * 1000 / measurement.MedianMs,8:0.0} images/s, {locked.MedianMs / measurement.MedianMs:0.00} x the lock; processor time {locked.MedianProcessorMs / measurement.MedianProcessorMs:0.00} x"));
        }

        Console.WriteLine(Bound(locked, threads, free, common, sideBySide));
    }

    private static string Bound(Measurement locked, int threads, params Measurement[] others)
    {
        double least = others.Min(way => way.MedianProcessorMs);
        return string.Create(CultureInfo.InvariantCulture, $"at most {locked.MedianMs * threads / least:0.00} x the lock: the cheapest way takes {least / (Callers * CallsEach):0.0} ms of processor per image, on {threads} processors");
    }

    private static void CallAll(ImageSource[] images, Action<ImageSource> call)
    {
        Thread[] callers = [.. Enumerable.Range(0, Callers).Select(caller => new Thread(() =>
        {
            for (int index = 0; index < CallsEach; index++)
            {
                call(images[((caller * CallsEach) + index) % images.Length]);
            }
        }))];
        Array.ForEach(callers, caller => caller.Start());
        Array.ForEach(callers, caller => caller.Join());
    }

    private static ImageSource[] Images(ImageSize size, string? folder)
    {
        if (folder is not null)
        {
            return [.. FolderListing.Files(folder).Take(Callers * CallsEach).Select(path => ImageSource.FromBytes(File.ReadAllBytes(path), path))];
        }

        byte[] pixels = new byte[Callers * size.RgbBytes];
        GoldenSample.FillPixels(pixels, Callers, size);
        return [.. Enumerable.Range(0, Callers).Select(index => ImageSource.FromPixels(pixels.AsMemory(index * size.RgbBytes, size.RgbBytes), size))];
    }
}
