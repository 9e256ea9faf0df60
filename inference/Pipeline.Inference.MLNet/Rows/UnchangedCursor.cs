using Microsoft.ML;
using Microsoft.ML.Data;

namespace Pipeline.Inference.MLNet.Rows;

/// <summary>
/// The input's rows under the output's columns, for a reader that asked for none of the added ones: nothing is decoded
/// and the network does not run.
/// </summary>
/// <param name="input">The input. Transferred.</param>
/// <param name="schema">The columns.</param>
internal sealed class UnchangedCursor(DataViewRowCursor input, ClassifiedSchema schema) : DataViewRowCursor
{
    /// <inheritdoc/>
    public override DataViewSchema Schema => schema.Output;

    /// <inheritdoc/>
    public override long Position => input.Position;

    /// <inheritdoc/>
    public override long Batch => input.Batch;

    /// <inheritdoc/>
    public override bool MoveNext() => input.MoveNext();

    /// <inheritdoc/>
    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    /// <inheritdoc/>
    public override bool IsColumnActive(DataViewSchema.Column column) =>
        !schema.IsAdded(column) && input.IsColumnActive(schema.Input[column.Index]);

    /// <inheritdoc/>
    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        ColumnAccess.Check<TValue>(column, IsColumnActive(column));
        return input.GetGetter<TValue>(schema.Input[column.Index]);
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
}
