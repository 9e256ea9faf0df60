using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Inference.Sessions;
using Pipeline.Trainer.Data;
using Pipeline.Training.Gate;

namespace Pipeline.Training.Quantization;

/// <summary>How far int8 moves the logits of images.</summary>
/// <param name="Images">Images that could be read.</param>
/// <param name="Median">Over the images, of the largest movement of one of an image's logits.</param>
/// <param name="Largest">The largest of all.</param>
/// <param name="LargestLogit">The largest absolute logit of float32.</param>
public sealed record LogitMovement(int Images, double Median, double Largest, double LargestLogit)
{
    private const int BatchSize = 32;

    /// <summary>
    /// The largest movement as a share of max(1, the largest float32 logit): the unit of a file's tolerance.
    /// </summary>
    public double LargestShare => Largest / Math.Max(1, LargestLogit);

    /// <summary>
    /// Scores images with both files, batch by batch, and shows each image with its int8 logits. Those that cannot be
    /// read are left out; they are counted where accuracy is measured.
    /// </summary>
    internal static LogitMovement Measure(
        string floatModel,
        string int8Model,
        IReadOnlyList<ImageSample> samples,
        int threads,
        Action<ImageSample, ReadOnlySpan<float>> observe,
        CancellationToken cancellationToken
    )
    {
        var options = new ScoringOptions { Device = ScoringDevice.Cpu, Threads = threads };
        using ScoringSession float32 = ScoringSession.Open(floatModel, options),
            int8 = ScoringSession.Open(int8Model, options);
        Preprocessing preprocessing = float32.Contract.Preprocessing;
        using ImageBatch images = ImageBatch.Rent(BatchSize, preprocessing.Size);
        var movements = new List<double>(samples.Count);
        double largestLogit = 0;
        foreach (ImageSample[] chunk in samples.Chunk(BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            List<ImageSample> read = Decode(chunk, preprocessing, images);
            int count = read.Count;
            ReadOnlySpan<byte> pixels = images.Pixels[..(count * preprocessing.Size.RgbBytes)];
            if (count > 0)
            {
                using ScoreBatch expected = float32.Score(pixels, count),
                    found = int8.Score(pixels, count);
                for (int image = 0; image < count; image++)
                {
                    observe(read[image], found.Logits(image));
                    movements.Add(Difference(expected.Logits(image), found.Logits(image)));
                    largestLogit = Math.Max(largestLogit, Magnitude(expected.Logits(image)));
                }
            }
        }

        return new LogitMovement(
            movements.Count,
            movements.Count == 0 ? 0 : SpeedComparison.Median(movements),
            movements.DefaultIfEmpty(0).Max(),
            largestLogit
        );
    }

    /// <summary>The largest difference of two rows of logits, as a share of max(1, the largest of the first).</summary>
    internal static double Share(ReadOnlySpan<float> float32, ReadOnlySpan<float> int8) =>
        Difference(float32, int8) / Math.Max(1, Magnitude(float32));

    private static List<ImageSample> Decode(ImageSample[] samples, Preprocessing preprocessing, ImageBatch images)
    {
        var read = new List<ImageSample>(samples.Length);
        foreach (ImageSample sample in samples)
        {
            if (ReadableImage.Decode(sample.Path, preprocessing, images.Image(read.Count)) is null)
            {
                read.Add(sample);
            }
        }

        return read;
    }

    private static double Difference(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        double largest = 0;
        for (int index = 0; index < left.Length; index++)
        {
            largest = Math.Max(largest, Math.Abs((double)left[index] - right[index]));
        }

        return largest;
    }

    private static double Magnitude(ReadOnlySpan<float> logits)
    {
        double largest = 0;
        foreach (float logit in logits)
        {
            largest = Math.Max(largest, Math.Abs(logit));
        }

        return largest;
    }
}
