using Microsoft.ML;
using Microsoft.ML.Data;
using Pipeline.Core.Errors;
using Pipeline.Inference.MLNet.Rows;
using Pipeline.Inference.MLNet.Saving;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.MLNet;

/// <summary>
/// Adds what the model's backbone gives for the images of a column. Lazy, batched and read ahead as
/// <see cref="ImageClassificationTransformer"/> is. A trainer that reads its data several times would run
/// the network each time: append <c>AppendCacheCheckpoint</c> behind this step. Thread-safe. Owns the model unless it
/// was made from a classifier; dispose it after the last cursor.
/// </summary>
public sealed class ImageFeaturizingTransformer : ITransformer, IDisposable
{
    private readonly MLContext mlContext;
    private readonly bool owns;
    private readonly string outputColumn;
    private readonly string inputColumn;
    private readonly ImageKind kind;

    internal ImageFeaturizingTransformer(
        MLContext mlContext, ImageClassifier classifier, bool owns, string outputColumn, string inputColumn,
        ImageKind kind)
    {
        this.mlContext = mlContext;
        this.owns = owns;
        this.outputColumn = outputColumn;
        this.inputColumn = inputColumn;
        this.kind = kind;
        Classifier = classifier;
    }

    /// <summary>The loaded model. Borrowed.</summary>
    public ImageClassifier Classifier { get; }

    /// <summary>Values F of one image: the product of <see cref="Sessions.ScoringSession.FeatureShape"/>; a map <c>[C,
    /// H, W]</c> is given row-major as one vector.</summary>
    public int FeatureCount => Classifier.Session.FeatureShape.Aggregate(1, (product, length) => product * length);

    /// <summary>Always true: a row of output depends on its own row of input only.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>The columns after this step.</summary>
    /// <param name="inputSchema">The columns before it.</param>
    /// <returns>The same, the features and <c>Error</c>.</returns>
    /// <exception cref="ArgumentException">The input column is missing, or holds neither text, nor bytes, nor
    /// images.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Columns(inputSchema).Output;

    /// <summary>Adds the columns to data, lazily.</summary>
    /// <param name="input">Data with the input column. Borrowed: it must outlive the result.</param>
    /// <returns>The data with the features (<c>Vector&lt;Single, F&gt;</c>; all NaN for a bad image) and <c>Error</c>
    /// (text; empty when there is none).</returns>
    /// <exception cref="ArgumentException">The input column is missing, or holds neither text, nor bytes, nor
    /// images.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new ClassifiedView(input, Columns(input.Schema), Classifier);
    }

    /// <summary>Maps single rows, as a prediction engine does: one run of the network per row.</summary>
    /// <param name="inputSchema">The columns of the rows.</param>
    /// <returns>The mapper.</returns>
    /// <exception cref="ArgumentException">The input column is missing, or holds neither text, nor bytes, nor
    /// images.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) =>
        new ClassifiedRowMapper(Columns(inputSchema), Classifier);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (owns)
        {
            Classifier.Dispose();
        }
    }

    /// <summary>Refuses a classifier whose batches carry no features.</summary>
    /// <param name="classifier">The classifier. Borrowed.</param>
    /// <returns>The same.</returns>
    /// <exception cref="ModelContractException">Its model was exported without them.</exception>
    /// <exception cref="ArgumentException">Its model has them, but they were not asked for when it was
    /// loaded.</exception>
    internal static ImageClassifier WithFeatures(ImageClassifier classifier)
    {
        if (classifier.Session.Options.Features)
        {
            return classifier;
        }

        string path = classifier.Session.ModelPath;
        throw classifier.Session.FeatureShape.Count > 0
            ? new ArgumentException(
                $"Model '{path}' has features, and was loaded without them. "
                + $"Load it with new ScoringOptions {{ Features = true }}.")
            : new ModelContractException(
                $"Model '{path}' has no output 'features'. Export it again with pipeline-train export --features, "
                + $"and load it with new ScoringOptions {{ Features = true }}.") { Subject = path };
    }

    /// <summary>Saves the path of the model, not the model: keep the file beside the saved pipeline.</summary>
    /// <param name="ctx">Where ML.NET saves to.</param>
    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        var state = new SavedState
        {
            ModelPath = Path.GetFullPath(Classifier.Session.ModelPath),
            InputColumn = inputColumn,
            Labels = [.. Classifier.Labels],
            FeatureColumn = outputColumn,
        };
        SavedClassification.ToTransformers(mlContext, state, kind).Save(ctx);
    }

    private ClassifiedSchema Columns(DataViewSchema input) =>
        new(input, inputColumn, AddedColumns.OfFeatures(outputColumn, FeatureCount));
}
