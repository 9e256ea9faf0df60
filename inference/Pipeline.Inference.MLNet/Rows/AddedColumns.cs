using Microsoft.ML;
using Microsoft.ML.Data;
using Pipeline.Core.Contracts;

namespace Pipeline.Inference.MLNet.Rows;

/// <summary>The columns that each of our steps adds, and what they say of a prediction. One that failed gives missing
/// text and NaN.</summary>
internal static class AddedColumns
{
    /// <summary>Annotation kind that ML.NET reads a vector's slot names from.</summary>
    internal const string SlotNames = "SlotNames";

    /// <summary>The four of a classification, see <see cref="ColumnNames"/>.</summary>
    /// <param name="labels">The model's classes.</param>
    /// <returns>The columns in order.</returns>
    internal static AddedColumn[] OfClassification(LabelSet labels)
    {
        var names = new VBuffer<ReadOnlyMemory<char>>(labels.Count, [.. labels.Select(label => label.AsMemory())]);
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(
            SlotNames,
            new VectorDataViewType(TextDataViewType.Instance, labels.Count),
            (ref VBuffer<ReadOnlyMemory<char>> value) => names.CopyTo(ref value)
        );
        return
        [
            Vector(ColumnNames.Score, labels.Count, prediction => prediction.Probabilities) with
            {
                Annotations = annotations.ToAnnotations(),
            },
            Text(ColumnNames.PredictedLabel, prediction => prediction.Label),
            new AddedColumn(
                ColumnNames.Probability,
                NumberDataViewType.Single,
                current => (ValueGetter<float>)((ref float value) => value = Probability(current()))
            ),
            Error,
        ];
    }

    /// <summary>The two of a featurization: the features and why there are none.</summary>
    /// <param name="name">Name of the column of features.</param>
    /// <param name="count">Values F of one image.</param>
    /// <returns>The columns in order.</returns>
    internal static AddedColumn[] OfFeatures(string name, int count) =>
        [Vector(name, count, prediction => prediction.Features), Error];

    /// <summary>The probability of the best class.</summary>
    /// <param name="prediction">The prediction.</param>
    /// <returns>NaN when there is none.</returns>
    internal static float Probability(Prediction prediction) =>
        prediction.Error is null ? prediction.Probability : float.NaN;

    /// <summary>Writes values of a prediction.</summary>
    /// <param name="prediction">The prediction.</param>
    /// <param name="values">Its values; not looked at when there is no prediction.</param>
    /// <param name="count">How many there are of an image.</param>
    /// <param name="value">Receives them, all NaN when there is no prediction; its memory is used again.</param>
    internal static void Write(Prediction prediction, ReadOnlySpan<float> values, int count, ref VBuffer<float> value)
    {
        VBufferEditor<float> editor = VBufferEditor.Create(ref value, count);
        if (prediction.Error is null)
        {
            values.CopyTo(editor.Values);
        }
        else
        {
            editor.Values.Fill(float.NaN);
        }

        value = editor.Commit();
    }

    private static AddedColumn Error => Text(ColumnNames.Error, prediction => prediction.Error);

    private static AddedColumn Vector(string name, int count, Func<Prediction, float[]> values) =>
        new(
            name,
            new VectorDataViewType(NumberDataViewType.Single, count),
            current =>
                (ValueGetter<VBuffer<float>>)(
                    (ref VBuffer<float> value) =>
                    {
                        Prediction prediction = current();
                        Write(prediction, values(prediction), count, ref value);
                    }
                )
        );

    private static AddedColumn Text(string name, Func<Prediction, string?> text) =>
        new(
            name,
            TextDataViewType.Instance,
            current =>
                (ValueGetter<ReadOnlyMemory<char>>)(
                    (ref ReadOnlyMemory<char> value) => value = text(current()).AsMemory()
                )
        );
}
