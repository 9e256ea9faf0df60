using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pipeline.Core.Contracts;
using Pipeline.Core.Files;

namespace Pipeline.Inference.Verification;

/// <summary>
/// The file <c>gate.json</c>. Equal reports give equal bytes: fixed key order, shortest round-trip numbers, UTF-8, LF.
/// A number that is not finite is <c>null</c>.
/// </summary>
public static class VerificationJson
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
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to write there.</exception>
    public static void Write(string path, VerificationReport report) => AtomicFile.WriteText(path, ToJson(report));

    /// <summary>Gives the file's text.</summary>
    /// <param name="report">What was found.</param>
    /// <returns>One JSON object and a line end.</returns>
    public static string ToJson(VerificationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Format))
        {
            json.WriteStartObject();
            json.WriteBoolean("passed", report.Passed);
            json.WriteString("arithmetic", report.Arithmetic);
            json.WriteNumber("images", report.Images);
            json.WriteStartArray("batchSizes");
            foreach (int size in report.BatchSizes)
            {
                json.WriteNumberValue(size);
            }

            json.WriteEndArray();
            WriteNumber(json, "maxAbsLogitDifference", report.MaxAbsLogitDifference);
            WriteNumber(json, "tolerance", report.Tolerance);
            WriteNumber(json, "temperature", report.Temperature);
            WriteNumber(json, "maxAbsProbabilityDifference", report.MaxAbsProbabilityDifference);
            WriteNumber(json, "probabilityTolerance", report.ProbabilityTolerance);
            if (report.FeatureImages > 0)
            {
                json.WriteNumber("featureImages", report.FeatureImages);
                WriteNumber(json, "maxAbsFeatureDifference", report.MaxAbsFeatureDifference);
                WriteNumber(json, "featureTolerance", report.FeatureTolerance);
            }

            WriteNumber(json, "top1Agreement", report.Top1Agreement);
            WriteNumber(json, "top1Budget", report.Top1Budget);
            WriteNumber(json, "accuracyTorch", report.AccuracyTorch);
            WriteNumber(json, "accuracyOnnx", report.AccuracyOnnx);
            json.WriteNumber("imagesDecodedEqual", report.ImagesDecodedEqual);
            json.WriteNumber("imagesMissing", report.ImagesMissing);
            json.WriteString("device", WireNames.ToKebab(report.Device));
            json.WriteStartArray("disagreements");
            foreach (Disagreement image in report.Disagreements)
            {
                WriteDisagreement(json, image);
            }

            json.WriteEndArray();
            json.WriteStartArray("failures");
            foreach (string failure in report.Failures)
            {
                json.WriteStringValue(failure);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length) + "\n";
    }

    private static void WriteDisagreement(Utf8JsonWriter json, Disagreement image)
    {
        json.WriteStartObject();
        json.WriteString("image", image.Image);
        json.WriteString("expected", image.Expected);
        json.WriteString("found", image.Found);
        WriteNumber(json, "margin", image.Margin);
        json.WriteBoolean("counted", image.Counted);
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
