using System.Buffers;
using System.Globalization;
using System.Text;
using Pipeline.Core.Contracts;

namespace Pipeline.Inference.Reporting;

/// <summary>
/// Comma-separated values after RFC 4180, lines end in LF: a field with a comma, a quote, a line end, or a space at its
/// ends is quoted, quotes inside are doubled. Written here so that the package brings no CSV library into an
/// application.
/// </summary>
internal sealed class CsvPredictionWriter : PredictionWriter
{
    private static readonly string[] FixedColumns = ["path", "label", "probability", "error"];
    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");
    private readonly StreamWriter text;
    private readonly LabelSet labels;
    private readonly int top; // best classes written, the first included
    private readonly int scores; // columns of single classes
    private readonly bool hasTruth;
    private bool isWithinRow;

    internal CsvPredictionWriter(Stream stream, LabelSet labels, PredictionWriterOptions options)
    {
        this.labels = labels;
        text = new StreamWriter(stream, new UTF8Encoding(false), bufferSize: 1 << 16, leaveOpen: true);
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
        WriteField(prediction.Path);
        WriteField(prediction.Label);
        WriteField(prediction.Label is null ? null : Number(prediction.Probability));
        WriteField(prediction.Error);
        if (hasTruth)
        {
            WriteField(prediction.TrueLabel);
        }

        WriteTop(prediction);
        for (int index = 0; index < scores; index++)
        {
            WriteField(prediction.Label is null ? null : Number(prediction.Probabilities[index]));
        }

        EndRow();
    }

    public override void Flush() => text.Flush();

    private protected override void Close() => text.Dispose();

    private void WriteField(string? field)
    {
        if (isWithinRow)
        {
            text.Write(',');
        }

        isWithinRow = true;
        if (string.IsNullOrEmpty(field))
        {
            return;
        }

        bool isQuoted = field[0] == ' ' || field[^1] == ' ' || field.AsSpan().ContainsAny(Quoted);
        text.Write(isQuoted ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field);
    }

    private void EndRow()
    {
        text.Write('\n');
        isWithinRow = false;
    }

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
        foreach (
            string column in columns.Concat(
                labels
                    .Take(scores)
                    .Select(label => columns.Contains(label, StringComparer.Ordinal) ? $"class {label}" : label)
            )
        )
        {
            WriteField(column);
        }

        EndRow();
    }

    private void WriteTop(Prediction prediction)
    {
        if (top == 1)
        {
            return;
        }

        int[] best = prediction.Label is null ? [] : TopClasses.Find(prediction.Probabilities, top);
        for (int rank = 1; rank < top; rank++)
        {
            WriteField(best.Length == 0 ? null : labels[best[rank]]);
            WriteField(best.Length == 0 ? null : Number(prediction.Probabilities[best[rank]]));
        }
    }
}
