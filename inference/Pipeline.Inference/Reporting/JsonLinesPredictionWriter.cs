using System.Text.Encodings.Web;
using System.Text.Json;
using Pipeline.Core.Contracts;

namespace Pipeline.Inference.Reporting;

/// <summary>One JSON object per line.</summary>
internal sealed class JsonLinesPredictionWriter(Stream stream, LabelSet labels, PredictionWriterOptions options)
    : PredictionWriter
{
    private readonly Utf8JsonWriter json = new(
        stream,
        new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
    );

    public override void Write(Prediction prediction)
    {
        json.WriteStartObject();
        json.WriteString("path", prediction.Path);
        json.WriteString("label", prediction.Label);
        if (prediction.Label is null)
        {
            json.WriteNull("probability");
        }
        else
        {
            json.WriteNumber("probability", prediction.Probability);
        }

        json.WriteString("error", prediction.Error);
        if (options.TrueLabels)
        {
            json.WriteString("trueLabel", prediction.TrueLabel);
        }

        WriteTop(prediction);
        WriteScores(prediction);
        json.WriteEndObject();
        json.Flush();
        json.Reset();
        stream.WriteByte((byte)'\n');
    }

    public override void Flush() => json.Flush();

    private protected override void Close() => json.Dispose();

    private void WriteTop(Prediction prediction)
    {
        if (options.TopK == 1)
        {
            return;
        }

        json.WriteStartArray("top");
        foreach (int index in TopClasses.Find(prediction.Probabilities, options.TopK))
        {
            json.WriteStartObject();
            json.WriteString("label", labels[index]);
            json.WriteNumber("probability", prediction.Probabilities[index]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteScores(Prediction prediction)
    {
        if (!options.AllScores)
        {
            return;
        }

        json.WriteStartObject("scores");
        for (int index = 0; index < prediction.Probabilities.Length; index++)
        {
            json.WriteNumber(labels[index], prediction.Probabilities[index]);
        }

        json.WriteEndObject();
    }
}
