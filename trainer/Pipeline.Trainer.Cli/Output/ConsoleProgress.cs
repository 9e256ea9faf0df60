using System.Globalization;
using Pipeline.CommandLine;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Training;

namespace Pipeline.Trainer.Cli.Output;

/// <summary>
/// Shows training as it goes. On a terminal the present step is one line that is written over; elsewhere a plain line
/// per epoch, and one every few seconds in long passes.
/// </summary>
internal sealed class ConsoleProgress : ITrainingProgress
{
    private readonly TextWriter output;
    private readonly bool isTerminal;
    private readonly StatusLine status;
    private readonly TimeProvider clock;
    private long passStart;
    private long last;
    private int passDone = int.MaxValue;

    /// <summary>Starts the clock.</summary>
    /// <param name="output">Where lines go. Borrowed.</param>
    /// <param name="isTerminal">Whether a line can be written over.</param>
    /// <param name="clock">Source of time.</param>
    internal ConsoleProgress(TextWriter output, bool isTerminal, TimeProvider clock)
    {
        this.output = output;
        this.isTerminal = isTerminal;
        this.clock = clock;
        status = new StatusLine(output, isTerminal, clock);
        last = clock.GetTimestamp();
    }

    /// <summary>On standard output, as it is.</summary>
    internal static ConsoleProgress OnConsole() => new(Console.Out, !Console.IsOutputRedirected, TimeProvider.System);

    /// <summary>Begins a model.</summary>
    internal void Heading(string text)
    {
        status.Clear();
        last = clock.GetTimestamp();
        output.WriteLine();
        output.WriteLine(text);
    }

    /// <inheritdoc/>
    public void Say(string text)
    {
        status.Clear();
        last = clock.GetTimestamp();
        output.WriteLine($"  {text}");
    }

    /// <inheritdoc/>
    public void Pass(string what, int done, int total)
    {
        double rate = Rate(done);
        string left = StatusLine.Left((total - done) / rate);
        status.Show(() => Invariant($"  {what}: {done}/{total} images  {rate:0} images/s  {left} left"));
    }

    /// <inheritdoc/>
    public void Step(StepProgress step)
    {
        double rate = Rate(step.Done);
        string place = Invariant($"epoch {step.Epoch}  {step.Done}/{step.Total} images  {rate:0} images/s");
        status.Show(() => Invariant($"  {place}  loss {step.Loss:0.0000}  accuracy {step.Accuracy:0.000}"));
    }

    /// <summary>Ends an epoch.</summary>
    internal void Epoch(EpochResult epoch)
    {
        EpochReport report = epoch.Report;
        string place = Invariant($"epoch {report.Epoch}/{report.Epochs}");
        string best = report.IsBest ? "  best" : string.Empty;
        Say(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{place, -12} loss {report.Loss:0.0000}  accuracy {report.Accuracy:0.000}  val_loss "
                    + $"{report.ValLoss:0.0000}  val_accuracy {report.ValAccuracy:0.000}  "
                    + $"{epoch.Timing.ImagesPerSecond, 6:0} images/s  "
                    + $"{StatusLine.Left(epoch.Timing.RemainingSeconds)} left{best}"
            )
        );
    }

    /// <summary>
    /// Images per second of the present pass; a count that falls begins a new one, which started when the last was
    /// heard of.
    /// </summary>
    /// <summary>Shows a table.</summary>
    internal void Table(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        status.Clear();
        last = clock.GetTimestamp();
        if (isTerminal)
        {
            ConsoleTable.Write(columns, rows, numbers: true);
            return;
        }

        output.WriteLine();
        ConsoleTable.WriteMarkdown(output, columns, rows, numbers: true);
    }

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

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
