using System.Globalization;
using System.Text.Json;
using CsvHelper;
using Microsoft.ML.Data;
using Pipeline.Core.Errors;

namespace Pipeline.Inference.MLNet.Cli;

/// <summary>Where ML.NET's results and the files of our own evaluation differ.</summary>
internal sealed class Differences
{
    /// <summary>
    /// Both scorers run the same network; only the order of sums may differ with threads and batches.
    /// </summary>
    internal const double ProbabilityTolerance = 1e-4;

    /// <summary>Log-losses are means of the logarithm of such probabilities.</summary>
    private const double LogLossTolerance = 1e-3;

    private readonly List<string> found = [];
    private int undecided;
    private int compared;

    /// <summary>One line per difference.</summary>
    internal IReadOnlyList<string> Found => found;

    /// <summary>The largest difference of two probabilities that was seen.</summary>
    internal double Largest { get; private set; }

    /// <summary>Compares every image.</summary>
    /// <param name="path"><c>predictions.csv</c>.</param>
    /// <param name="evaluated">ML.NET's rows.</param>
    /// <exception cref="DatasetException">The file cannot be read or lacks a column.</exception>
    internal void ComparePredictions(string path, MLNetEvaluation evaluated)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            using var csv = new CsvReader(new StreamReader(path), CultureInfo.InvariantCulture);
            csv.Read();
            csv.ReadHeader();
            while (csv.Read())
            {
                string name = csv.GetField("path") ?? string.Empty;
                seen.Add(name);
                Compare(
                    evaluated,
                    name,
                    csv.GetField("label") ?? string.Empty,
                    csv.GetField("probability") ?? string.Empty,
                    csv.GetField("error") ?? string.Empty
                );
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CsvHelperException)
        {
            throw new DatasetException(
                $"'{path}' cannot be read as predictions: {error.Message.Split('\n')[0].TrimEnd('.', '\r')}. "
                    + "Give the predictions.csv that 'pipeline-score evaluate --predictions' writes.",
                error
            )
            {
                Subject = path,
            };
        }

        if (seen.Count != evaluated.Rows.Count)
        {
            found.Add(
                FormattableString.Invariant(
                    $"{path}: it has {seen.Count} images, ML.NET scored {evaluated.Rows.Count}."
                )
            );
        }
    }

    private void Compare(MLNetEvaluation evaluated, string name, string label, string probability, string error)
    {
        if (evaluated.Find(name) is not ScoredRow row)
        {
            found.Add($"{name}: it is in the predictions and not among the images.");
            return;
        }

        if (error.Length > 0 || row.Error.Length > 0)
        {
            if ((error.Length > 0) != (row.Error.Length > 0))
            {
                found.Add(
                    $"{name}: the predictions say '{(error.Length > 0 ? error : label)}', "
                        + $"ML.NET '{(row.Error.Length > 0 ? row.Error : row.PredictedLabel)}'."
                );
            }

            return;
        }

        compared++;
        double wanted = double.Parse(probability, CultureInfo.InvariantCulture);
        double difference = Math.Abs(wanted - row.Probability);
        Largest = Math.Max(Largest, difference);
        bool isSameLabel = label == row.PredictedLabel;

        // Two classes of the same probability: which comes first is rounding
        bool isTie =
            !isSameLabel
            && evaluated.Labels.TryIndexOf(label, out int index)
            && Math.Abs(row.Score[index] - row.Probability) <= ProbabilityTolerance;
        undecided += isTie ? 1 : 0;
        if (!(isSameLabel || isTie) || !(difference <= ProbabilityTolerance))
        {
            found.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name}: the predictions say {label} {wanted:0.000000}, "
                        + $"ML.NET {row.PredictedLabel} {row.Probability:0.000000}."
                )
            );
        }
    }

    /// <summary>Compares every metric that both have.</summary>
    /// <param name="path"><c>evaluation.json</c>.</param>
    /// <param name="metrics">ML.NET's.</param>
    /// <exception cref="DatasetException">The file cannot be read or lacks a metric.</exception>
    internal void CompareMetrics(string path, MulticlassClassificationMetrics metrics)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement ours = document.RootElement;
            double countTolerance = 1e-9 + (undecided / Math.Max(1.0, compared));
            Compare("micro accuracy", Number(ours.GetProperty("microAccuracy")), metrics.MicroAccuracy, countTolerance);
            Compare(
                "macro accuracy",
                Number(ours.GetProperty("macroAccuracy")),
                metrics.MacroAccuracy,
                countTolerance * metrics.PerClassLogLoss.Count
            );
            Compare("log-loss", Number(ours.GetProperty("logLoss")), metrics.LogLoss, LogLossTolerance);
            Compare(
                "log-loss reduction",
                Number(ours.GetProperty("logLossReduction")),
                metrics.LogLossReduction,
                LogLossTolerance
            );
            CompareAll(
                "top-{0} accuracy",
                [.. ours.GetProperty("topKAccuracy").EnumerateArray().Select(Number)],
                metrics.TopKAccuracyForAllK,
                countTolerance
            );
            CompareAll(
                "log-loss of class {0}",
                [.. ours.GetProperty("perClass").EnumerateArray().Select(item => Number(item.GetProperty("logLoss")))],
                metrics.PerClassLogLoss,
                LogLossTolerance
            );
        }
        catch (Exception error)
            when (error
                    is IOException
                        or UnauthorizedAccessException
                        or JsonException
                        or KeyNotFoundException
                        or InvalidOperationException
            )
        {
            throw new DatasetException(
                $"'{path}' cannot be read as metrics: {error.Message.TrimEnd('.')}. Give the evaluation.json that "
                    + "'pipeline-score evaluate' writes.",
                error
            )
            {
                Subject = path,
            };
        }
    }

    private void CompareAll(string name, double[] ours, IReadOnlyList<double> theirs, double tolerance)
    {
        if (ours.Length != theirs.Count)
        {
            found.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{string.Format(CultureInfo.InvariantCulture, name, "any")}: {ours.Length} values in the file, "
                        + $"{theirs.Count} in ML.NET."
                )
            );
            return;
        }

        for (int i = 0; i < ours.Length; i++)
        {
            Compare(string.Format(CultureInfo.InvariantCulture, name, i + 1), ours[i], theirs[i], tolerance);
        }
    }

    private void Compare(string name, double ours, double theirs, double tolerance)
    {
        // A class without images has no log-loss: NaN here, null in the file
        if (!(double.IsNaN(ours) && !double.IsFinite(theirs)) && !(Math.Abs(ours - theirs) <= tolerance))
        {
            found.Add(FormattableString.Invariant($"{name}: {ours} in the file, {theirs} in ML.NET."));
        }
    }

    private static double Number(JsonElement value) =>
        value.ValueKind == JsonValueKind.Null ? double.NaN : value.GetDouble();
}
