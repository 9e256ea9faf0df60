using Pipeline.Core.Contracts;
using Pipeline.Inference.Sessions;
using Pipeline.Trainer.Data;

namespace Pipeline.Training.Gate;

/// <summary>A few validation images, decoded once, whose logits are compared between models.</summary>
internal sealed class SampleLogits(ModelContract contract, byte[] pixels, int count, int threads)
{
    private static readonly int[] OtherBatches = [1, 7];
    private readonly int imageBytes = contract.Preprocessing.Size.RgbBytes;

    /// <summary>Number of images.</summary>
    internal int Count => count;

    /// <summary>
    /// Decodes evenly spaced images; those that cannot be read are left out here, and counted where accuracy is
    /// measured.
    /// </summary>
    internal static SampleLogits Read(ModelContract contract, IReadOnlyList<ImageSample> samples, int most, int threads)
    {
        ImageSize size = contract.Preprocessing.Size;
        byte[] pixels = new byte[Math.Min(most, samples.Count) * size.RgbBytes];
        int count = 0;
        foreach (
            string path in EvenSample
                .Choose([.. samples.Select(sample => sample.Path)], most)
                .Take(Math.Min(most, samples.Count))
        )
        {
            count += ReadableImage.Decode(
                path,
                contract.Preprocessing,
                pixels.AsSpan(count * size.RgbBytes, size.RgbBytes)
            )
                is null
                ? 1
                : 0;
        }

        return new SampleLogits(contract, pixels, count, threads);
    }

    /// <summary>Logits of all images, <c>[N, K]</c>, in batches of a size.</summary>
    internal float[] Score(string model, int batchSize, CancellationToken cancellationToken)
    {
        using ScoringSession session = ScoringSession.Open(
            model,
            new ScoringOptions { Device = ScoringDevice.Cpu, Threads = threads }
        );
        int classes = contract.Labels.Count;
        var logits = new float[count * classes];
        for (int first = 0; first < count; first += batchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int images = Math.Min(batchSize, count - first);
            using ScoreBatch scores = session.Score(pixels.AsSpan(first * imageBytes, images * imageBytes), images);
            scores.AllLogits.CopyTo(logits.AsSpan(first * classes));
        }

        return logits;
    }

    /// <summary>The largest absolute logit.</summary>
    internal double LargestLogit(string model, int batchSize, CancellationToken cancellationToken) =>
        Score(model, batchSize, cancellationToken).Select(Math.Abs).DefaultIfEmpty(0).Max();

    /// <summary>
    /// Largest difference between the logits of a model in batches of 32 and in batches of 1 and 7: what an image gets
    /// must not depend on its neighbours.
    /// </summary>
    internal double BatchDifference(string model, CancellationToken cancellationToken)
    {
        float[] whole = Score(model, 32, cancellationToken);
        return OtherBatches.Max(size =>
            Score(model, size, cancellationToken)
                .Zip(whole, (left, right) => (double)Math.Abs(left - right))
                .DefaultIfEmpty(0)
                .Max()
        );
    }
}
