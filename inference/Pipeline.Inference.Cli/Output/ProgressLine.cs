using System.Globalization;
using Pipeline.CommandLine;

namespace Pipeline.Inference.Cli.Output;

/// <summary>
/// How many images are done, with rate and time left, on standard error, so that standard output stays clean. Not
/// thread-safe.
/// </summary>
internal sealed class ProgressLine
{
    private static readonly TimeSpan FirstShown = TimeSpan.FromSeconds(1); // the rate of the first batch says nothing

    private readonly StatusLine status;
    private readonly TimeProvider clock;
    private readonly long? total;
    private readonly long started;
    private long skipped; // done by an earlier run

    /// <summary>Starts the clock.</summary>
    /// <param name="output">Where the line goes. Borrowed.</param>
    /// <param name="isTerminal">Whether it can be written over.</param>
    /// <param name="clock">Source of time.</param>
    /// <param name="total">Images there are; <c>null</c> when nobody knows yet.</param>
    internal ProgressLine(TextWriter output, bool isTerminal, TimeProvider clock, long? total)
    {
        status = new StatusLine(output, isTerminal, clock);
        this.clock = clock;
        this.total = total;
        started = clock.GetTimestamp();
    }

    /// <summary>Images done.</summary>
    internal long Done => skipped + Fresh;

    /// <summary>Those of them that this run did, and that its rate counts.</summary>
    internal long Fresh { get; private set; }

    /// <summary>Images that could not be read.</summary>
    internal long Errors { get; private set; }

    /// <summary>Images whose label was held back.</summary>
    internal long Rejected { get; private set; }

    /// <summary>Time since the start.</summary>
    internal TimeSpan Elapsed => clock.GetElapsedTime(started);

    /// <summary>Images per second since the start.</summary>
    internal double ImagesPerSecond => Fresh / Math.Max(Elapsed.TotalSeconds, 1e-9);

    /// <summary>On standard error, as it is.</summary>
    /// <param name="total">Images there are; <c>null</c> when nobody knows yet.</param>
    /// <returns>A started line.</returns>
    internal static ProgressLine OnConsole(long? total) =>
        new(Console.Error, !Console.IsErrorRedirected, TimeProvider.System, total);

    /// <summary>Counts images that an earlier run did.</summary>
    /// <param name="done">How many.</param>
    /// <param name="errors">How many of them could not be read.</param>
    /// <param name="rejected">How many of them have a label that was held back.</param>
    internal void Skip(long done, long errors, long rejected = 0)
    {
        skipped += done;
        Errors += errors;
        Rejected += rejected;
    }

    /// <summary>Counts an image and shows the line when it is time.</summary>
    /// <param name="isError">Whether it could not be read.</param>
    /// <param name="isRejected">Whether its label was held back.</param>
    internal void Advance(bool isError, bool isRejected = false)
    {
        Rejected += isRejected ? 1 : 0;
        Fresh++;
        Errors += isError ? 1 : 0;
        if (Elapsed >= FirstShown)
        {
            status.Show(Text);
        }
    }

    /// <summary>Removes the line from a terminal.</summary>
    internal void Clear() => status.Clear();

    /// <summary>The line.</summary>
    /// <returns>Such as <c>512/2000 images  25 %  410.3 images/s  0:04 left  1 error</c>.</returns>
    internal string Text()
    {
        string errors =
            Errors == 0 ? string.Empty
            : Errors == 1 ? "  1 error"
            : string.Create(CultureInfo.InvariantCulture, $"  {Errors} errors");
        if (total is not { } all)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{Done} images  {ImagesPerSecond:0.0} images/s{errors}"
            );
        }

        string left = StatusLine.Left((all - Done) / Math.Max(ImagesPerSecond, 1e-9));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Done}/{all} images  {100 * Done / Math.Max(all, 1)} %  {ImagesPerSecond:0.0} images/s  {left} "
                + $"left{errors}"
        );
    }
}
