using System.Globalization;
using Pipeline.Trainer.Training;

namespace Pipeline.Trainer.Cli.Output;

/// <summary>
/// Shows training as it goes. On a terminal the present step is one line that is written over; elsewhere a plain line per epoch, and one every few seconds in long passes.
/// </summary>
internal sealed class ConsoleProgress : ITrainingProgress
{
    private static readonly TimeSpan TerminalInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(10);

    private readonly TextWriter output;
    private readonly bool isTerminal;
    private readonly TimeProvider clock;
    private long shown;
    private long passStart;
    private long last;
    private int passDone = int.MaxValue;
    private int lineLength;

    /// <summary>Starts the clock.</summary>
    /// <param name="output">Where lines go. Borrowed.</param>
    /// <param name="isTerminal">Whether a line can be written over.</param>
    /// <param name="clock">Source of time.</param>
    internal ConsoleProgress(TextWriter output, bool isTerminal, TimeProvider clock)
    {
        this.output = output;
        this.isTerminal = isTerminal;
        this.clock = clock;
        shown = last = clock.GetTimestamp();
    }

    /// <summary>On standard output, as it is.</summary>
    internal static ConsoleProgress OnConsole() => new(Console.Out, !Console.IsOutputRedirected, TimeProvider.System);

    /// <summary>Begins a model.</summary>
    internal void Heading(string text)
    {
        Clear();
        last = clock.GetTimestamp();
        output.WriteLine();
        output.WriteLine(text);
    }

    /// <inheritdoc/>
    public void Say(string text)
    {
        Clear();
        last = clock.GetTimestamp();
        output.WriteLine($"  {text}");
    }

    /// <inheritdoc/>
    public void Pass(string what, int done, int total)
    {
        double rate = Rate(done);
        Show(Invariant($"{what}: {done}/{total} images  {rate:0} images/s  {Left((total - done) / rate)} left"));
    }

    /// <inheritdoc/>
    public void Step(StepProgress step)
    {
        double rate = Rate(step.Done);
        Show(Invariant($"epoch {step.Epoch}  {step.Done}/{step.Total} images  {rate:0} images/s  loss {step.Loss:0.0000}  accuracy {step.Accuracy:0.000}"));
    }

    /// <summary>Ends an epoch.</summary>
    internal void Epoch(EpochResult epoch)
    {
        EpochReport report = epoch.Report;
        string place = Invariant($"epoch {report.Epoch}/{report.Epochs}");
        string best = report.IsBest ? "  best" : string.Empty;
        Say(Invariant($"{place,-12} loss {report.Loss:0.0000}  accuracy {report.Accuracy:0.000}  val_loss {report.ValLoss:0.0000}  val_accuracy {report.ValAccuracy:0.000}  {epoch.Timing.ImagesPerSecond,6:0} images/s  {Left(epoch.Timing.RemainingSeconds)} left{best}"));
    }

    /// <summary>Images per second of the present pass; a count that falls begins a new one, which started when the last was heard of.</summary>
    private double Rate(int done)
    {
        if (done < passDone)
        {
            passStart = last;
        }

        passDone = done;
        last = clock.GetTimestamp();
        return done / Math.Max(clock.GetElapsedTime(passStart, last).TotalSeconds, 1e-9);
    }

    private void Show(string line)
    {
        if (clock.GetElapsedTime(shown) < (isTerminal ? TerminalInterval : PlainInterval))
        {
            return;
        }

        shown = clock.GetTimestamp();
        if (isTerminal)
        {
            output.Write($"\r  {line}".PadRight(lineLength));
            lineLength = line.Length + 3;
        }
        else
        {
            output.WriteLine($"  {line}");
        }
    }

    private void Clear()
    {
        if (isTerminal && lineLength > 0)
        {
            output.Write('\r' + new string(' ', lineLength) + '\r');
            lineLength = 0;
        }
    }

    private static string Left(double seconds)
    {
        TimeSpan left = TimeSpan.FromSeconds(double.IsFinite(seconds) ? Math.Min(seconds, 360_000) : 0);
        return string.Create(CultureInfo.InvariantCulture, $"{(int)left.TotalHours}:{left:mm\\:ss}");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
