using System.Globalization;
using System.Text.Json;
using Pipeline.Trainer.Training;

namespace Pipeline.Trainer.Runs;

/// <summary>Writes each epoch as it ends: a line of <c>metrics.jsonl</c> and a row of <c>results.csv</c>. No times, so equal runs write equal bytes.</summary>
public sealed class MetricsLog
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };
    private readonly string lines;
    private readonly string rows;

    /// <summary>Starts both files.</summary>
    /// <param name="run">Folder of the run.</param>
    public MetricsLog(RunFolder run)
    {
        lines = run.File("metrics.jsonl");
        rows = run.File("results.csv");
        File.WriteAllText(lines, string.Empty);
        File.WriteAllText(rows, "model,phase,epoch,loss,accuracy,val_loss,val_accuracy,learning_rate,is_best\n");
    }

    /// <summary>Adds an epoch to both files.</summary>
    /// <param name="report">The epoch.</param>
    public void Append(EpochReport report)
    {
        File.AppendAllText(lines, JsonSerializer.Serialize(report, Json) + "\n");
        File.AppendAllText(rows, string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Model},{report.Phase},{report.Epoch},{report.Loss:R},{report.Accuracy:R},{report.ValLoss:R},{report.ValAccuracy:R},{report.LearningRate:R},{(report.IsBest ? 1 : 0)}\n"));
    }
}
