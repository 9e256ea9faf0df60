using System.Globalization;
using Pipeline.CommandLine;
using Pipeline.Trainer.Execution;

namespace Pipeline.Trainer.Cli.Output;

/// <summary>The epochs of a phase as rows of a table, 80 columns wide at most.</summary>
/// <param name="terminal">Where rows go. Borrowed.</param>
internal sealed class EpochRows(ProgressTerminal terminal)
{
    private const int BarWidth = 10;

    /// <summary>Begins a phase: its heading, and the headings of the columns.</summary>
    internal void WriteHeading(PhaseStarted phase)
    {
        terminal.WriteText(
            string.Create(CultureInfo.InvariantCulture, $"phase {phase.Phase} of {phase.Phases}: {phase.Description}")
        );
        terminal.WriteColumns(
            $"  {"epoch", 7}  {"loss", 7}  {"acc", 5}  {"val loss", 8}  {"val acc", 7}"
                + $"{(terminal.IsInteractive ? new string(' ', BarWidth + 1) : string.Empty)}  images/s  left"
        );
    }

    /// <summary>Shows how far the present epoch is, over the line before.</summary>
    internal void ShowStep(StepProgress step, double rate) =>
        terminal.ShowBar(
            string.Create(
                CultureInfo.InvariantCulture,
                $"epoch {step.Epoch}: loss {step.Loss:0.0000}, accuracy {step.Accuracy:0.000}"
            ),
            step.Done,
            step.Total,
            rate
        );

    /// <summary>Ends an epoch with its row.</summary>
    internal void Write(EpochFinished epoch)
    {
        EpochReport report = epoch.Report;
        string bar = terminal.IsInteractive
            ? " " + ProgressTerminal.Bar(report.ValAccuracy, BarWidth).PadRight(BarWidth)
            : string.Empty;
        string number = string.Create(CultureInfo.InvariantCulture, $"{report.Epoch}/{report.Epochs}");
        terminal.WriteRow(
            string.Create(
                CultureInfo.InvariantCulture,
                $"  {number, 7}  {report.Loss, 7:0.0000}  {report.Accuracy, 5:0.000}  {report.ValLoss, 8:0.0000}  "
                    + $"{report.ValAccuracy, 7:0.000}{bar}  {epoch.Timing.ImagesPerSecond, 8:0}  "
                    + $"{StatusLine.Left(epoch.Timing.RemainingSeconds)}{(report.IsBest ? " best" : string.Empty)}"
            ),
            report.IsBest
        );
    }
}
