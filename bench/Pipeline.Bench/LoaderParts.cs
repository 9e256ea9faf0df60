using System.Globalization;
using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Torch;
using Pipeline.Trainer.Augmentation;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Bench;

/// <summary>What an image costs before the network sees it, part by part: processor time says it on a busy machine too.</summary>
internal static class LoaderParts
{
    private const int BatchSize = 32;

    /// <summary>Measures decoding, the copy of an image that was kept, and the work on tensors, batches of 32.</summary>
    internal static void Run(int side, int rounds, string folder)
    {
        TorchRuntime.ConfigureThreads(1);
        Preprocessing preprocessing = Models.Preprocessing(new ImageSize(side, side));
        ImageSample[] samples = [.. Directory.EnumerateFiles(folder, "*.*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Take(BatchSize).Select(path => new ImageSample(path, 0))];
        if (samples.Length < BatchSize)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"'{folder}' has {samples.Length} images, expected at least {BatchSize}."), nameof(folder));
        }

        using ImageBatch images = ImageBatch.Rent(BatchSize, preprocessing.Size);
        var decoded = new DecodedImages(preprocessing.Size, DecodedImages.DefaultBudgetBytes);
        var augmenter = new ImageAugmenter(TrainingStepBenchmark.Augmentation, AugmentedPart.Train, seed: 42);
        int[] indexes = [.. Enumerable.Range(0, BatchSize)];
        int epoch = 0;
        using Tensor pixels = InputTensors.ToPixels(images, CPU);
        Measurement[] parts =
        [
            new("decode and resize", () => Read(new ImageLoader(preprocessing, 1, new SkippedImages(BatchSize)))),
            new("the same, kept in memory", () => Read(new ImageLoader(preprocessing, 1, new SkippedImages(BatchSize), decoded))),
            new("bytes to planes of floats", () => InScope(() => InputTensors.ToPixels(images, CPU))),
            new("augment", () => InScope(() => augmenter.Apply(pixels, epoch++, indexes))),
            new("normalise", () => InScope(() => InputTensors.Normalize(pixels, preprocessing))),
        ];
        Measurement.RunInTurns(rounds, parts);
        foreach (Measurement part in parts)
        {
            Console.WriteLine(part.Describe(BatchSize, "image"));
        }

        void Read(ImageLoader loader)
        {
            foreach (LabelledBatch batch in loader.ReadAsync(samples, indexes, BatchSize, CancellationToken.None).ToBlockingEnumerable())
            {
                batch.Images.Pixels.CopyTo(images.Pixels);
                batch.Dispose();
            }
        }

        static void InScope(Action work)
        {
            using DisposeScope scope = NewDisposeScope();
            work();
        }
    }
}
