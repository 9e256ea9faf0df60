using System.Globalization;
using System.Text.Json;
using Pipeline.Core.Files;
using Pipeline.Trainer.Execution;

namespace Pipeline.Trainer.Runs;

/// <summary>
/// Writes each epoch as it ends: a line of <c>metrics.jsonl</c> and a row of <c>results.csv</c>. No times, so equal
/// runs write equal bytes.
/// </summary>
internal sealed class MetricsLog
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };
    private readonly string lines;
    private readonly string rows;

    /// <summary>Starts both files, or cuts them back to what is known to be done.</summary>
    /// <param name="run">Folder of the run.</param>
    /// <param name="isDone">
    /// Whether an epoch that was written earlier is kept: an interrupted run may have written one that it will do
    /// again.
    /// </param>
    public MetricsLog(RunFolder run, Func<EpochReport, bool> isDone)
    {
        lines = run.File("metrics.jsonl");
        rows = run.File("results.csv");
        EpochReport[] kept = [.. Read(lines).Where(isDone)];
        AtomicFile.WriteText(lines, string.Concat(kept.Select(Line)));
        AtomicFile.WriteText(
            rows,
            "model,phase,epoch,loss,accuracy,val_loss,val_accuracy,learning_rate,is_best\n"
                + string.Concat(kept.Select(Row))
        );
    }

    /// <summary>Adds an epoch to both files.</summary>
    /// <param name="report">The epoch.</param>
    public void Append(EpochReport report)
    {
        AtomicFile.AppendText(lines, Line(report));
        AtomicFile.AppendText(rows, Row(report));
    }

    /// <summary>The epochs of a file; a last line that was cut off by a kill is left out.</summary>
    private static IEnumerable<EpochReport> Read(string path)
    {
        foreach (string line in File.Exists(path) ? File.ReadAllLines(path) : [])
        {
            EpochReport? report = null;
            try
            {
                report = JsonSerializer.Deserialize<EpochReport>(line, Json);
            }
            catch (JsonException)
            {
                yield break;
            }

            if (report is not null)
            {
                yield return report;
            }
        }
    }

    private static string Line(EpochReport report) => JsonSerializer.Serialize(report, Json) + "\n";

    private static string Row(EpochReport report) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Model},{report.Phase},{report.Epoch},{report.Loss:R},{report.Accuracy:R},"
                + $"{report.ValLoss:R},{report.ValAccuracy:R},{report.LearningRate:R},{(report.IsBest ? 1 : 0)}\n"
        );
}
