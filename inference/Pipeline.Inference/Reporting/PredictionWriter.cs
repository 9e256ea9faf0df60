using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;
using Pipeline.Core.Contracts;

namespace Pipeline.Inference.Reporting;

/// <summary>
/// Writes predictions to a stream, one row per file met, invariant culture, UTF-8, LF: equal predictions give equal bytes. CSV has the columns <c>path,label,probability,error</c> and, with
/// all scores, one per class; label and probability are empty in a row with an error. JSON lines have the same four keys and <c>scores</c>. Not thread-safe; dispose it to flush.
/// </summary>
public abstract class PredictionWriter : IDisposable
{
    /// <summary>Makes a writer.</summary>
    /// <param name="format">Spelling.</param>
    /// <param name="stream">Receives the text. Borrowed: it stays open.</param>
    /// <param name="labels">The model's classes.</param>
    /// <param name="allScores">Whether every class's probability is written, not only the best one's.</param>
    /// <returns>The writer, its header written. Owned by the caller.</returns>
    public static PredictionWriter Create(PredictionFormat format, Stream stream, LabelSet labels, bool allScores) => format switch
    {
        PredictionFormat.Csv => new CsvPredictionWriter(stream, labels, allScores),
        PredictionFormat.JsonLines => new JsonLinesPredictionWriter(stream, labels, allScores),
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };

    /// <summary>Writes one row.</summary>
    /// <param name="prediction">The prediction. Borrowed.</param>
    public abstract void Write(Prediction prediction);

    /// <inheritdoc/>
    public void Dispose()
    {
        Flush();
        GC.SuppressFinalize(this);
    }

    /// <summary>Writes what is still buffered and lets go of the stream.</summary>
    private protected abstract void Flush();

    private sealed class CsvPredictionWriter : PredictionWriter
    {
        private static readonly string[] FixedColumns = ["path", "label", "probability", "error"];
        private readonly CsvWriter csv;
        private readonly int scores;

        public CsvPredictionWriter(Stream stream, LabelSet labels, bool allScores)
        {
            var text = new StreamWriter(stream, new UTF8Encoding(false), bufferSize: 1 << 16, leaveOpen: true);
            csv = new CsvWriter(text, new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\n" });
            scores = allScores ? labels.Count : 0;
            // A class that is called like a fixed column would make two columns of one name.
            foreach (string column in FixedColumns.Concat(labels.Take(scores).Select(label => FixedColumns.Contains(label, StringComparer.Ordinal) ? $"class {label}" : label)))
            {
                csv.WriteField(column);
            }

            csv.NextRecord();
        }

        public override void Write(Prediction prediction)
        {
            csv.WriteField(prediction.Path);
            csv.WriteField(prediction.Label);
            csv.WriteField(prediction.Label is null ? null : Number(prediction.Probability));
            csv.WriteField(prediction.Error);
            for (int index = 0; index < scores; index++)
            {
                csv.WriteField(prediction.Label is null ? null : Number(prediction.Probabilities[index]));
            }

            csv.NextRecord();
        }

        private protected override void Flush() => csv.Dispose();

        private static string Number(float value) => value.ToString("R", CultureInfo.InvariantCulture);
    }

    private sealed class JsonLinesPredictionWriter(Stream stream, LabelSet labels, bool allScores) : PredictionWriter
    {
        private readonly Utf8JsonWriter json = new(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

        public override void Write(Prediction prediction)
        {
            json.WriteStartObject();
            json.WriteString("path", prediction.Path);
            json.WriteString("label", prediction.Label);
            WriteNumber("probability", prediction.Label is null ? null : prediction.Probability);
            json.WriteString("error", prediction.Error);
            if (allScores)
            {
                WriteScores(prediction);
            }

            json.WriteEndObject();
            json.Flush();
            json.Reset();
            stream.WriteByte((byte)'\n');
        }

        private protected override void Flush() => json.Dispose();

        private void WriteScores(Prediction prediction)
        {
            json.WriteStartObject("scores");
            for (int index = 0; index < prediction.Probabilities.Length; index++)
            {
                json.WriteNumber(labels[index], prediction.Probabilities[index]);
            }

            json.WriteEndObject();
        }

        private void WriteNumber(string name, float? value)
        {
            if (value is { } number)
            {
                json.WriteNumber(name, number);
            }
            else
            {
                json.WriteNull(name);
            }
        }
    }
}
