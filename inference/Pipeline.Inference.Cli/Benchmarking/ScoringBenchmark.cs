using System.Diagnostics;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Imaging;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Cli.Benchmarking;

/// <summary>
/// Measures the stages of scoring one by one and together, each for a fixed time after one call that does not count.
/// </summary>
/// <param name="classifier">The model. Borrowed.</param>
/// <param name="images">Files that can be decoded.</param>
/// <param name="duration">Time per stage.</param>
/// <param name="cancellationToken">Stops between two calls.</param>
internal sealed class ScoringBenchmark(
    ImageClassifier classifier,
    IReadOnlyList<string> images,
    TimeSpan duration,
    CancellationToken cancellationToken
)
{
    private readonly Preprocessing preprocessing = classifier.Contract.Preprocessing;

    /// <summary>Leaves out what cannot be decoded: benchmarks of error messages help nobody.</summary>
    /// <param name="paths">Files.</param>
    /// <param name="preprocessing">The model's rules.</param>
    /// <returns>The files with an image.</returns>
    internal static IEnumerable<string> Readable(IEnumerable<string> paths, Preprocessing preprocessing)
    {
        using ImageBatch room = ImageBatch.Rent(1, preprocessing.Size);
        foreach (string path in paths)
        {
            bool isReadable = true;
            try
            {
                ImageDecoder.DecodeFile(path, preprocessing, room.Image(0));
            }
            catch (ImageDecodeException)
            {
                isReadable = false;
            }

            if (isReadable)
            {
                yield return path;
            }
        }
    }

    /// <summary>Reading, decoding and resizing, on one thread.</summary>
    /// <returns>Figures per image.</returns>
    internal StageFigures Decode()
    {
        using ImageBatch room = ImageBatch.Rent(1, preprocessing.Size);
        return Repeat(
            "decode, one at a time",
            1,
            call => ImageDecoder.DecodeFile(images[call % images.Count], preprocessing, room.Image(0))
        );
    }

    /// <summary>The network alone, on pixels in memory.</summary>
    /// <param name="batchSize">Images per run.</param>
    /// <returns>Figures per run.</returns>
    internal StageFigures Score(int batchSize)
    {
        using ImageBatch batch = ImageBatch.Rent(batchSize, preprocessing.Size);
        for (int index = 0; index < batchSize; index++)
        {
            ImageDecoder.DecodeFile(images[index % images.Count], preprocessing, batch.Image(index));
        }

        return Repeat(
            FormattableString.Invariant($"network, batch {batchSize}"),
            batchSize,
            _ =>
            {
                using ScoreBatch scores = classifier.Session.Score(batch);
            }
        );
    }

    /// <summary>One file after the other, as an application that gets single images does.</summary>
    /// <returns>Figures per image.</returns>
    internal StageFigures Classify() =>
        Repeat("file to label, one at a time", 1, call => classifier.Classify(images[call % images.Count]));

    /// <summary>Many files with decoding ahead, as <c>score</c> does.</summary>
    /// <returns>Figures without durations of single images.</returns>
    internal async Task<StageFigures> StreamAsync()
    {
        long done = 0;
        long started = Stopwatch.GetTimestamp();
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        await foreach (
            var _ in classifier.ClassifyFilesAsync(Endless(started), cancellationToken).ConfigureAwait(false)
        )
        {
            done++;
        }

        return Figures("files to labels, streamed", done, started, processor, []);
    }

    private IEnumerable<string> Endless(long started)
    {
        for (int index = 0; index < images.Count || Stopwatch.GetElapsedTime(started) < duration; index++)
        {
            yield return images[index % images.Count];
        }
    }

    private StageFigures Repeat(string name, int imagesPerCall, Action<int> call)
    {
        call(0);
        var latencies = new List<double>();
        long started = Stopwatch.GetTimestamp();
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        while (latencies.Count < 3 || Stopwatch.GetElapsedTime(started) < duration)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long before = Stopwatch.GetTimestamp();
            call(latencies.Count);
            latencies.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
        }

        return Figures(name, (long)latencies.Count * imagesPerCall, started, processor, latencies);
    }

    private static StageFigures Figures(
        string name,
        long done,
        long started,
        TimeSpan processor,
        IReadOnlyList<double> latencies
    ) =>
        new(
            name,
            done / Stopwatch.GetElapsedTime(started).TotalSeconds,
            (Environment.CpuUsage.TotalTime - processor).TotalMilliseconds / done,
            latencies
        );
}
