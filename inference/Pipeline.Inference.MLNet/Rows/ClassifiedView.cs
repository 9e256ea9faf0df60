using Microsoft.ML;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.MLNet.Rows;

/// <summary>Data with the added columns. Nothing is computed until a cursor moves.</summary>
/// <param name="source">The data before the step. Borrowed.</param>
/// <param name="schema">The columns.</param>
/// <param name="classifier">The model. Borrowed.</param>
internal sealed class ClassifiedView(IDataView source, ClassifiedSchema schema, ImageClassifier classifier) : IDataView
{
    /// <inheritdoc/>
    public bool CanShuffle => source.CanShuffle;

    /// <inheritdoc/>
    public DataViewSchema Schema => schema.Output;

    /// <inheritdoc/>
    public long? GetRowCount() => source.GetRowCount();

    /// <inheritdoc/>
    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        ArgumentNullException.ThrowIfNull(columnsNeeded);
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        DataViewRowCursor input = source.GetRowCursor(schema.Dependencies(needed), rand);
        try
        {
            return needed.Any(schema.IsAdded)
                ? new ClassifyingCursor(input, schema, classifier, needed)
                : new UnchangedCursor(input, schema);
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    /// <summary>
    /// One cursor, whatever <paramref name="n"/> is: it decodes on several threads and the network uses several; two
    /// cursors would only take them from each other.
    /// </summary>
    /// <inheritdoc/>
    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded,
        int n,
        Random? rand = null
    ) => [GetRowCursor(columnsNeeded, rand)];
}
