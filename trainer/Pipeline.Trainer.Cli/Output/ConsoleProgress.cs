using System.Globalization;
using Pipeline.CommandLine;
using Pipeline.Core.Metrics;
using Pipeline.Inference.Reporting;
using Pipeline.Networks.Summaries;
using Pipeline.Trainer.Execution;
using Pipeline.Training;

namespace Pipeline.Trainer.Cli.Output;

/// <summary>
/// Shows a training as it goes: a heading per model and phase, a row per epoch. On a terminal the present pass is a bar
/// on a line that is written over; elsewhere a plain line every few seconds.
/// </summary>
/// <param name="terminal">Where lines go. Borrowed.</param>
/// <param name="clock">Source of time.</param>
internal sealed class ConsoleProgress(ProgressTerminal terminal, TimeProvider clock) : IProgress<TrainingUpdate>
{
    // a VGG with its head; of the deeper networks nobody reads each layer in passing
    private const int MostLayersShown = 64;

    private readonly EpochRows rows = new(terminal);
    private long passStart;
    private long last = clock.GetTimestamp();
    private int passDone = int.MaxValue;

    /// <summary>On standard output, as it is.</summary>
    internal static ConsoleProgress OnConsole() =>
        new(ProgressTerminal.OnConsole(TimeProvider.System), TimeProvider.System);

    /// <inheritdoc/>
    public void Report(TrainingUpdate value)
    {
        switch (value)
        {
            case StepProgress step:
                rows.ShowStep(step, Rate(step.Done));
                return;
            case PassProgress pass:
                terminal.ShowBar(pass.Pass, pass.Done, pass.Total, Rate(pass.Done));
                return;
            default:
                Write(value);
                last = clock.GetTimestamp();
                return;
        }
    }

    private void Write(TrainingUpdate update)
    {
        switch (update)
        {
            case TrainingMessage message:
                terminal.WriteText(message.Text);
                break;
            case RunStarted run:
                terminal.WriteText(Describe(run));
                break;
            case ModelStarted model:
                terminal.WriteHeading($"{model.Model}: {model.Description}");
                break;
            case NetworkBuilt network:
                WriteLayers(network.Layers, network.Path);
                break;
            case PhaseStarted phase:
                rows.WriteHeading(phase);
                break;
            case EpochFinished epoch:
                rows.Write(epoch);
                break;
            case ModelExported published:
                terminal.WriteText(GateText.Describe(published.Gate));
                break;
            case ModelEvaluated evaluated:
                WriteMetrics(evaluated.Metrics, evaluated.Part);
                break;
            case QuantizationFinished quantized:
                QuantizationTable.Write(quantized.Report, quantized.Path, quantized.ReportPath);
                break;
            case RunFinished finished:
                RunSummary.Write(finished.Run);
                break;
        }
    }

    private static string Describe(RunStarted run) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(run.IsResumed ? "Resuming run" : "Run")} {run.Folder}: {run.TrainImages} training, "
                + $"{run.ValidationImages} "
                + $"validation and {run.TestImages} test images of {run.Labels.Count} classes ({run.Labels}); "
                + $"{run.Machine}"
        );

    private void WriteLayers(LayerTable layers, string path)
    {
        terminal.WriteText($"{layers}");
        if (layers.Rows.Count <= MostLayersShown)
        {
            LayerRows.Write(layers);
        }
        else
        {
            terminal.WriteText($"Its {layers.Rows.Count} layers: {path}");
        }
    }

    private void WriteMetrics(ClassificationReport report, string part)
    {
        terminal.WriteText(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{report.MicroAccuracy:P1} of {report.Count} {part} images right{MostConfused.Describe(report)}"
            )
        );
        (IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> cells) = EvaluationTable.Confusion(report);
        if (!ConsoleTable.Fits(columns, cells, terminal.Width))
        {
            (columns, cells) = EvaluationTable.WorstClasses(report);
        }

        terminal.WriteTable(columns, cells);
    }

    /// <summary>
    /// Images per second of the present pass; a count that falls begins a new one, which started when the last was
    /// heard of.
    /// </summary>
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
}
