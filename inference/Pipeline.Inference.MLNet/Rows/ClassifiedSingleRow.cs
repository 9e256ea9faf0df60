using Microsoft.ML;
using Microsoft.ML.Data;
using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging.Loading;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.MLNet.Rows;

/// <summary>
/// A row that moves with its input and classifies the image once per position, when a value is first asked for.
/// </summary>
internal sealed class ClassifiedSingleRow : DataViewRow
{
    private readonly DataViewRow input;
    private readonly ClassifiedSchema schema;
    private readonly ImageClassifier classifier;
    private readonly HashSet<int> active;
    private readonly Func<ImageSource>? readImage;
    private Prediction? prediction;
    private long predictedPosition = -1;

    /// <summary>Binds the row to its input.</summary>
    /// <param name="input">The input row. Transferred.</param>
    /// <param name="schema">The columns.</param>
    /// <param name="classifier">The model. Borrowed.</param>
    /// <param name="active">Positions of the columns that may be read.</param>
    internal ClassifiedSingleRow(
        DataViewRow input,
        ClassifiedSchema schema,
        ImageClassifier classifier,
        HashSet<int> active
    )
    {
        this.input = input;
        this.schema = schema;
        this.classifier = classifier;
        this.active = active;
        readImage = active.Any(index => index >= schema.Input.Count)
            ? schema.Images.Reader(input, classifier.Contract.Preprocessing)
            : null;
    }

    /// <inheritdoc/>
    public override DataViewSchema Schema => schema.Output;

    /// <inheritdoc/>
    public override long Position => input.Position;

    /// <inheritdoc/>
    public override long Batch => input.Batch;

    /// <inheritdoc/>
    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    /// <inheritdoc/>
    public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column.Index);

    /// <inheritdoc/>
    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        ColumnAccess.Check<TValue>(column, IsColumnActive(column));
        return schema.IsAdded(column)
            ? (ValueGetter<TValue>)schema.Getter(column, Current)
            : input.GetGetter<TValue>(schema.Input[column.Index]);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            input.Dispose();
        }

        base.Dispose(disposing);
    }

    private Prediction Current()
    {
        if (readImage is null)
        {
            throw new InvalidOperationException("No column of the prediction is active.");
        }

        if (prediction is null || predictedPosition != input.Position)
        {
            prediction = null; // an error below must not leave the former row's
            prediction = classifier.Classify(readImage());
            predictedPosition = input.Position;
        }

        return prediction;
    }
}
