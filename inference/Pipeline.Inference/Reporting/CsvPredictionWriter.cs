using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using Pipeline.Core.Contracts;

namespace Pipeline.Inference.Reporting;

/// <summary>Comma-separated values.</summary>
internal sealed class CsvPredictionWriter : PredictionWriter
{
    private static readonly string[] FixedColumns = ["path", "label", "probability", "error"];
    private readonly CsvWriter csv;
    private readonly StreamWriter text;
    private readonly LabelSet labels;
    private readonly int top;      // best classes written, the first included
    private readonly int scores;   // columns of single classes
    private readonly bool hasTruth;

    internal CsvPredictionWriter(Stream stream, LabelSet labels, PredictionWriterOptions options)
    {
        this.labels = labels;
        text = new StreamWriter(stream, new UTF8Encoding(false), bufferSize: 1 << 16, leaveOpen: true);
        csv = new CsvWriter(text, new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\n" });
        top = Math.Min(options.TopK, labels.Count);
        scores = options.AllScores ? labels.Count : 0;
        hasTruth = options.TrueLabels;
        if (options.Header)
        {
            WriteHeader();
        }
    }

    public override void Write(Prediction prediction)
    {
        csv.WriteField(prediction.Path);
        csv.WriteField(prediction.Label);
        csv.WriteField(prediction.Label is null ? null : Number(prediction.Probability));
        csv.WriteField(prediction.Error);
        if (hasTruth)
        {
            csv.WriteField(prediction.TrueLabel);
        }

        WriteTop(prediction);
        for (int index = 0; index < scores; index++)
        {
            csv.WriteField(prediction.Label is null ? null : Number(prediction.Probabilities[index]));
        }

        csv.NextRecord();
    }

    public override void Flush()
    {
        csv.Flush();
        text.Flush();
    }

    private protected override void Close() => csv.Dispose();

    private static string Number(float value) => value.ToString("R", CultureInfo.InvariantCulture);

    private void WriteHeader()
    {
        string[] columns =
        [
            .. FixedColumns,
            .. hasTruth ? ["true_label"] : Array.Empty<string>(),
            .. Enumerable.Range(2, top - 1).SelectMany(rank => new[] { $"label{rank}", $"probability{rank}" }),
        ];
        // A class that is called like another column would make two columns of one name.
        foreach (string column in columns.Concat(labels.Take(scores).Select(label => columns.Contains(label, StringComparer.Ordinal) ? $"class {label}" : label)))
        {
            csv.WriteField(column);
        }

        csv.NextRecord();
    }

    private void WriteTop(Prediction prediction)
    {
        if (top == 1)
        {
            return;
        }

        int[] best = prediction.Label is null ? [] : TopClasses.Of(prediction.Probabilities, top);
        for (int rank = 1; rank < top; rank++)
        {
            csv.WriteField(best.Length == 0 ? null : labels[best[rank]]);
            csv.WriteField(best.Length == 0 ? null : Number(prediction.Probabilities[best[rank]]));
        }
    }
}
