using Microsoft.ML;
using Microsoft.ML.Data;
using Pipeline.Core.Contracts;

namespace Pipeline.Inference.MLNet.Rows;

/// <summary>What the added columns say of a prediction. One that failed gives missing text and NaN.</summary>
internal static class PredictionGetters
{
    /// <summary>Makes the getter of an added column.</summary>
    /// <param name="schema">The columns.</param>
    /// <param name="column">One that is added.</param>
    /// <param name="current">Gives the prediction of the row that the reader stands on.</param>
    /// <returns>A <see cref="ValueGetter{TValue}"/> of the column's type.</returns>
    internal static Delegate Create(ClassifiedSchema schema, DataViewSchema.Column column, Func<Prediction> current) => column.Name switch
    {
        ImageClassificationColumns.Score => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => WriteScore(current(), schema.ClassCount, ref value)),
        ImageClassificationColumns.PredictedLabel => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = current().Label.AsMemory()),
        ImageClassificationColumns.Probability => (ValueGetter<float>)((ref float value) => value = Probability(current())),
        _ => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = current().Error.AsMemory()),
    };

    /// <summary>The probability of the best class.</summary>
    /// <param name="prediction">The prediction.</param>
    /// <returns>NaN when there is none.</returns>
    internal static float Probability(Prediction prediction) => prediction.Error is null ? prediction.Probability : float.NaN;

    /// <summary>Writes the probabilities of all classes.</summary>
    /// <param name="prediction">The prediction.</param>
    /// <param name="classCount">Classes K.</param>
    /// <param name="value">Receives K values, all NaN when there is no prediction; its memory is used again.</param>
    internal static void WriteScore(Prediction prediction, int classCount, ref VBuffer<float> value)
    {
        VBufferEditor<float> editor = VBufferEditor.Create(ref value, classCount);
        if (prediction.Error is null)
        {
            prediction.Probabilities.CopyTo(editor.Values);
        }
        else
        {
            editor.Values.Fill(float.NaN);
        }

        value = editor.Commit();
    }
}
