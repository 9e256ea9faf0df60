using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pipeline.Core.Files;

namespace Pipeline.Core.Metrics;

/// <summary>
/// The file <c>evaluation.json</c>: <c>microAccuracy macroAccuracy logLoss logLossReduction topKAccuracy perClass
/// confusion count skipped</c>, and ours; <c>rejected</c> and <c>acceptedAccuracy</c> when answers were held back;
/// <c>temperatureScaling</c> in a run that fitted one. Equal reports give equal bytes:
/// fixed key order, shortest round-trip numbers, UTF-8, LF. A value that is NaN or infinite is <c>null</c>.
/// </summary>
public static class EvaluationJson
{
    private static readonly JsonWriterOptions Format = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="report">What was found.</param>
    /// <param name="skipped">
    /// The images left out, with their reasons; may be shorter than <see cref="ClassificationReport.Skipped"/>.
    /// </param>
    /// <param name="fit">
    /// The temperature that the probabilities were computed with, and what it did to the images it was fitted on;
    /// <c>null</c> when that is not known.
    /// </param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to write there.</exception>
    public static void Write(
        string path,
        ClassificationReport report,
        IReadOnlyList<SkippedImage>? skipped = null,
        TemperatureFit? fit = null
    ) => AtomicFile.WriteText(path, ToJson(report, skipped, fit));

    /// <summary>Gives the file's text.</summary>
    /// <param name="report">What was found.</param>
    /// <param name="skipped">The images left out, with their reasons.</param>
    /// <param name="fit">The temperature and its fit; <c>null</c> leaves them out.</param>
    /// <returns>One JSON object and a line end.</returns>
    public static string ToJson(
        ClassificationReport report,
        IReadOnlyList<SkippedImage>? skipped = null,
        TemperatureFit? fit = null
    )
    {
        ArgumentNullException.ThrowIfNull(report);
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Format))
        {
            writer.WriteStartObject();
            WriteTotals(writer, report);
            WriteArray(writer, "topKAccuracy", report.TopKAccuracy, WriteNumber);
            WriteArray(writer, "perClass", report.PerClass, WriteClass);
            WriteArray(writer, "confusion", report.Confusion, WriteRow);
            WriteArray(writer, "labels", report.Labels, static (json, label) => json.WriteStringValue(label));
            WriteArray(writer, "calibration", report.Calibration, WriteBin);
            WriteFit(writer, fit);
            WriteArray(writer, "skippedImages", skipped ?? [], WriteSkipped);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length) + "\n";
    }

    private static void WriteTotals(Utf8JsonWriter writer, ClassificationReport report)
    {
        writer.WriteNumber("count", report.Count);
        writer.WriteNumber("skipped", report.Skipped);
        if (report.Rejected > 0)
        {
            writer.WriteNumber("rejected", report.Rejected);
            WriteNumber(writer, "acceptedAccuracy", report.AcceptedAccuracy);
            WriteInterval(writer, "acceptedAccuracyInterval", report.AcceptedAccuracyInterval);
        }

        WriteNumber(writer, "microAccuracy", report.MicroAccuracy);
        WriteInterval(writer, "microAccuracyInterval", report.MicroAccuracyInterval);
        WriteNumber(writer, "macroAccuracy", report.MacroAccuracy);
        WriteNumber(writer, "logLoss", report.LogLoss);
        WriteNumber(writer, "logLossReduction", report.LogLossReduction);
        WriteNumber(writer, "expectedCalibrationError", report.ExpectedCalibrationError);
    }

    private static void WriteClass(Utf8JsonWriter writer, ClassMetrics metrics)
    {
        writer.WriteStartObject();
        writer.WriteString("label", metrics.Label);
        writer.WriteNumber("support", metrics.Support);
        writer.WriteNumber("predicted", metrics.Predicted);
        writer.WriteNumber("correct", metrics.Correct);
        WriteNumber(writer, "precision", metrics.Precision);
        WriteInterval(writer, "precisionInterval", metrics.PrecisionInterval);
        WriteNumber(writer, "recall", metrics.Recall);
        WriteInterval(writer, "recallInterval", metrics.RecallInterval);
        WriteNumber(writer, "f1", metrics.F1);
        WriteInterval(writer, "f1Interval", metrics.F1Interval);
        WriteNumber(writer, "logLoss", metrics.LogLoss);
        writer.WriteEndObject();
    }

    private static void WriteRow(Utf8JsonWriter writer, System.Collections.Immutable.ImmutableArray<long> row)
    {
        writer.WriteStartArray();
        foreach (long count in row)
        {
            writer.WriteNumberValue(count);
        }

        writer.WriteEndArray();
    }

    private static void WriteBin(Utf8JsonWriter writer, CalibrationBin bin)
    {
        writer.WriteStartObject();
        WriteNumber(writer, "low", bin.Low);
        WriteNumber(writer, "high", bin.High);
        writer.WriteNumber("count", bin.Count);
        WriteNumber(writer, "meanConfidence", bin.MeanConfidence);
        WriteNumber(writer, "accuracy", bin.Accuracy);
        writer.WriteEndObject();
    }

    private static void WriteFit(Utf8JsonWriter writer, TemperatureFit? fit)
    {
        if (fit is null)
        {
            return;
        }

        writer.WriteStartObject("temperatureScaling");
        WriteNumber(writer, "temperature", fit.Temperature);
        writer.WriteNumber("validationImages", fit.Images);
        WriteNumber(writer, "validationLogLossBefore", fit.LogLossBefore);
        WriteNumber(writer, "validationLogLossAfter", fit.LogLossAfter);
        WriteNumber(writer, "validationCalibrationErrorBefore", fit.CalibrationErrorBefore);
        WriteNumber(writer, "validationCalibrationErrorAfter", fit.CalibrationErrorAfter);
        writer.WriteEndObject();
    }

    private static void WriteSkipped(Utf8JsonWriter writer, SkippedImage image)
    {
        writer.WriteStartObject();
        writer.WriteString("path", image.Path);
        writer.WriteString("reason", image.Reason);
        writer.WriteEndObject();
    }

    private static void WriteArray<T>(
        Utf8JsonWriter writer,
        string name,
        IEnumerable<T> values,
        Action<Utf8JsonWriter, T> write
    )
    {
        writer.WriteStartArray(name);
        foreach (T value in values)
        {
            write(writer, value);
        }

        writer.WriteEndArray();
    }

    private static void WriteInterval(Utf8JsonWriter writer, string name, Interval interval)
    {
        writer.WriteStartArray(name);
        WriteNumber(writer, interval.Low);
        WriteNumber(writer, interval.High);
        writer.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter writer, string name, double value)
    {
        writer.WritePropertyName(name);
        WriteNumber(writer, value);
    }

    private static void WriteNumber(Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
