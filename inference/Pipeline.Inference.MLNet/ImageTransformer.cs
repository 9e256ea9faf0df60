using Microsoft.ML;
using Microsoft.ML.Data;
using Pipeline.Inference.MLNet.Rows;
using Pipeline.Inference.MLNet.Saving;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.MLNet;

/// <summary>
/// Adds to a column of images what a model says of them. Transforming is lazy: a cursor reads its input some batches
/// ahead, decodes on several threads, and runs the network once per batch; nothing of it happens when none of the added
/// columns is asked for. Thread-safe; any number of cursors may run at the same time. Owns the model unless it was made
/// from a classifier; dispose it after the last cursor.
/// </summary>
public abstract class ImageTransformer : ITransformer, IDisposable
{
    private readonly bool owns;
    private readonly string inputColumn;
    private readonly ImageKind kind;

    private protected ImageTransformer(
        MLContext mlContext,
        ImageClassifier classifier,
        bool owns,
        string inputColumn,
        ImageKind kind
    )
    {
        Context = mlContext;
        this.owns = owns;
        this.inputColumn = inputColumn;
        this.kind = kind;
        Classifier = classifier;
    }

    /// <summary>The loaded model. Borrowed.</summary>
    public ImageClassifier Classifier { get; }

    /// <summary>Always true: a row of output depends on its own row of input only.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>ML.NET's environment. Borrowed.</summary>
    private protected MLContext Context { get; }

    /// <summary>The columns that this step adds.</summary>
    private protected abstract AddedColumn[] Added { get; }

    /// <summary>Name of the column of features, if that is what is added.</summary>
    private protected virtual string? FeatureColumn => null;

    /// <summary>The columns after this step.</summary>
    /// <param name="inputSchema">The columns before it.</param>
    /// <returns>The same and the added ones.</returns>
    /// <exception cref="ArgumentException">
    /// The input column is missing, or holds neither text, nor bytes, nor images.
    /// </exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Columns(inputSchema).Output;

    /// <summary>Adds the columns to data, lazily.</summary>
    /// <param name="input">Data with the input column. Borrowed: it must outlive the result.</param>
    /// <returns>The data with the added columns.</returns>
    /// <exception cref="ArgumentException">
    /// The input column is missing, or holds neither text, nor bytes, nor images.
    /// </exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new ClassifiedView(input, Columns(input.Schema), Classifier);
    }

    /// <summary>Maps single rows, as a prediction engine does: one run of the network per row.</summary>
    /// <param name="inputSchema">The columns of the rows.</param>
    /// <returns>The mapper.</returns>
    /// <exception cref="ArgumentException">
    /// The input column is missing, or holds neither text, nor bytes, nor images.
    /// </exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) =>
        new ClassifiedRowMapper(Columns(inputSchema), Classifier);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (owns)
        {
            Classifier.Dispose();
        }

        GC.SuppressFinalize(this);
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
            FeatureColumn = FeatureColumn,
        };
        SavedClassification.ToTransformers(Context, state, kind).Save(ctx);
    }

    private ClassifiedSchema Columns(DataViewSchema input) => new(input, inputColumn, Added);
}
