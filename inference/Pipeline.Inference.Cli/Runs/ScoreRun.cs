using System.Diagnostics;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Files;
using Pipeline.Inference.Cli.Output;
using Pipeline.Inference.Cli.Sources;
using Pipeline.Inference.Reporting;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.Cli.Runs;

/// <summary>One share of a job from its list to its file.</summary>
/// <param name="classifier">The model. Borrowed.</param>
/// <param name="sources">The images.</param>
/// <param name="limits">What may be downloaded; <c>null</c> when there is no address.</param>
/// <param name="file">The file of predictions.</param>
/// <param name="state">What its rows are made with.</param>
internal sealed class ScoreRun(
    ImageClassifier classifier,
    ImageSources sources,
    WebLimits? limits,
    PredictionFile file,
    ScoringRunState state
)
{
    private static readonly TimeSpan FlushInterval = TimeSpan.FromSeconds(1); // what a kill may cost

    private long writeTicks;

    /// <summary>Rows of an earlier run that were kept.</summary>
    internal long Kept { get; private set; }

    /// <summary>
    /// Whether the partial file is this run's: before that it is an earlier run's, and not to be touched.
    /// </summary>
    internal bool HasBegun { get; private set; }

    /// <summary>Time spent writing rows.</summary>
    internal TimeSpan WriteTime => Stopwatch.GetElapsedTime(0, writeTicks);

    /// <summary>Does the work.</summary>
    /// <param name="resume">Whether to go on with an earlier run, when there is one.</param>
    /// <param name="progress">Counts the images. Borrowed.</param>
    /// <param name="cancellationToken">Stops between two batches; the rows so far stay in the partial file.</param>
    /// <returns>A task that ends when the file stands under its final name.</returns>
    /// <exception cref="DatasetException">There is nothing to score, or the earlier run does not fit.</exception>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    internal async Task RunAsync(bool resume, ProgressLine progress, CancellationToken cancellationToken)
    {
        if (resume && file.IsBegun)
        {
            Kept = file.CutBack(state);
            progress.Skip(
                Kept,
                file.Rows().LongCount(row => row.Error is not null),
                file.Rows().LongCount(row => row.Error is null && row.Label is null)
            );
        }
        else
        {
            file.Begin(state);
        }

        HasBegun = true;

        Shard shard = Shard.Parse(state.Shard);
        using var job = new ScoreJob(sources, shard, state.BatchSize);
        using (
            var stream = new FileStream(
                file.Partial,
                FileMode.Open,
                FileAccess.Write,
                FileShare.Read,
                bufferSize: 1 << 16
            )
        )
        {
            stream.Seek(0, SeekOrigin.End);
            await WriteAsync(stream, job.Open(file.Rows(), Kept), progress, cancellationToken).ConfigureAwait(false);
            if (job.Files == 0)
            {
                throw new DatasetException($"{sources} holds no file to score. Put images there, or give other ones.");
            }

            stream.Flush(flushToDisk: true);
        }

        (
            state with
            {
                Files = job.Files,
                Rows = shard.Share(job.Files, state.BatchSize),
                Sha256 = ScoringRunState.HashOf(file.Partial),
                Listing = job.Listing(),
            }
        ).Write(file.RunPath);
        AtomicFile.Move(file.Partial, file.Target);
    }

    private async Task WriteAsync(
        FileStream stream,
        IEnumerable<string> paths,
        ProgressLine progress,
        CancellationToken cancellationToken
    )
    {
        var options = new PredictionWriterOptions
        {
            AllScores = state.AllScores,
            TopK = state.TopK,
            Header = stream.Position == 0,
        };
        using PredictionWriter writer = PredictionWriter.Create(file.Format, stream, classifier.Labels, options);
        long flushed = Stopwatch.GetTimestamp();
        await foreach (
            Prediction prediction in SourceClassifier
                .ClassifyAsync(classifier, paths, limits, cancellationToken)
                .ConfigureAwait(false)
        )
        {
            long started = Stopwatch.GetTimestamp();
            writer.Write(prediction);
            if (Stopwatch.GetElapsedTime(flushed, started) > FlushInterval)
            {
                writer.Flush();
                stream.Flush();
                flushed = started;
            }

            writeTicks += Stopwatch.GetTimestamp() - started;
            progress.Advance(prediction.Error is not null, prediction.IsRejected);
        }
    }
}
