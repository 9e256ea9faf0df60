using System.Globalization;
using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Core.Metrics;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;

namespace Pipeline.Bench;

/// <summary>
/// Scoring a folder of photographs from file to label, served to <c>bench/peers/compare_in_turns.py</c>: our own API
/// with <see cref="ScoringOptions.ForManyImages"/> (many) and with its default options (pipeline), a loop that scores
/// row by row as ML.NET's ONNX transformer does, and the two parts alone, whose processor time bounds what any order of
/// them can reach.
/// </summary>
internal sealed class FolderScoring : IDisposable
{
    private const int BatchSize = 32;
    private readonly string[] files;
    private readonly ImageClassifier classifier;
    private readonly int threads;
    private int next;

    private FolderScoring(string kind, string model, string folder, int threads)
    {
        files = [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)];
        var options = new ScoringOptions
        {
            Device = ScoringDevice.Cpu,
            Threads = threads,
            DecodeWorkers = threads,
            BatchSize = BatchSize,
        };
        ScoringOptions many = ScoringOptions.ForManyImages() with
        {
            Device = ScoringDevice.Cpu,
            ConcurrentRuns = threads,
            DecodeWorkers = threads,
        };
        classifier = ImageClassifier.Load(model, kind == "many" ? many : options);
        this.threads = threads;
    }

    /// <summary>
    /// Scores as many of the next files as each line of the input says, and answers each with wall and processor
    /// milliseconds.
    /// </summary>
    internal static async Task ServeAsync(
        string kind,
        string model,
        string folder,
        int threads,
        TextReader commands,
        TextWriter answers
    )
    {
        using var scoring = new FolderScoring(kind, model, folder, threads);
        Func<int, Task> work = kind switch
        {
            "pipeline" or "many" => scoring.BatchedAsync,
            "row-by-row" => count => Done(() => scoring.RowByRow(count)),
            "decode" => count => Done(() => scoring.DecodeAll(count)),
            "session" => count => Done(() => scoring.SessionAlone(count)),
            _ => throw new ArgumentException(
                $"'{kind}' is no way of scoring, expected many, pipeline, row-by-row, decode or session.",
                nameof(kind)
            ),
        };
        answers.WriteLine("ready");
        while (commands.ReadLine() is string line)
        {
            int count = int.Parse(line, CultureInfo.InvariantCulture);
            (double wall, double processor) = await Clock.TimeAsync(() => work(count)).ConfigureAwait(false);
            scoring.next += count;
            answers.WriteLine(FormattableString.Invariant($"{wall:0.000} {processor:0.000}"));
            answers.Flush();
        }
    }

    public void Dispose() => classifier.Dispose();

    private static Task Done(Action work)
    {
        work();
        return Task.CompletedTask;
    }

    private IEnumerable<string> Next(int count) =>
        Enumerable.Range(next, count).Select(index => files[index % files.Length]);

    private async Task BatchedAsync(int count)
    {
        await foreach (Prediction prediction in classifier.ClassifyFilesAsync(Next(count)).ConfigureAwait(false))
        {
            Require(prediction);
        }
    }

    private void RowByRow(int count)
    {
        foreach (string path in Next(count))
        {
            Require(classifier.Classify(path));
        }
    }

    private void DecodeAll(int count)
    {
        Preprocessing preprocessing = classifier.Contract.Preprocessing;
        Parallel.ForEach(
            Next(count),
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            () => new byte[preprocessing.Size.RgbBytes],
            (path, _, target) =>
            {
                ImageDecoder.DecodeFile(path, preprocessing, target);
                return target;
            },
            static _ => { }
        );
    }

    private void SessionAlone(int count)
    {
        byte[] pixels = ScoringModels.Pixels(BatchSize, classifier.Contract.Preprocessing.Size);
        int row = classifier.Contract.Preprocessing.Size.RgbBytes;
        for (int start = 0; start < count; start += BatchSize)
        {
            int images = Math.Min(BatchSize, count - start);
            using ScoreBatch scores = classifier.Session.Score(pixels.AsSpan(0, images * row), images);
            ClassificationAccumulator.TopClass(scores.Probabilities(images - 1));
        }
    }

    private static void Require(Prediction prediction)
    {
        if (prediction.Error is { } error)
        {
            throw new InvalidOperationException($"{prediction.Path}: {error}");
        }
    }
}
