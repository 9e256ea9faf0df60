using Microsoft.ML;
using Microsoft.ML.Data;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.MLNet.Rows;

/// <summary>Maps single rows.</summary>
/// <param name="schema">The columns.</param>
/// <param name="classifier">The model. Borrowed.</param>
internal sealed class ClassifiedRowMapper(ClassifiedSchema schema, ImageClassifier classifier) : IRowToRowMapper
{
    /// <inheritdoc/>
    public DataViewSchema InputSchema => schema.Input;

    /// <inheritdoc/>
    public DataViewSchema OutputSchema => schema.Output;

    /// <inheritdoc/>
    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        schema.Dependencies([.. dependingColumns]);

    /// <inheritdoc/>
    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) =>
        new ClassifiedSingleRow(input, schema, classifier, [.. activeColumns.Select(column => column.Index)]);
}
