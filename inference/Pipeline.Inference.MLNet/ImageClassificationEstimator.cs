using Microsoft.ML;
using Pipeline.Core.Errors;
using Pipeline.Inference.MLNet.Rows;
using Pipeline.Inference.MLNet.Saving;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.MLNet;

/// <summary>
/// Image classification as a step of an ML.NET pipeline. There is nothing to train: <see cref="Fit"/> opens the model.
/// It adds four columns, named in <see cref="ImageClassificationColumns"/>: <c>Score</c> (<c>Vector&lt;Single,
/// K&gt;</c>, probabilities, slot names are the labels), <c>PredictedLabel</c> (text), <c>Probability</c> (Single) and
/// <c>Error</c> (text).
/// </summary>
/// <remarks>
/// <para>A bad image is a row like any other: its label is missing, its scores are NaN, and <c>Error</c> says why;
/// ML.NET's evaluators leave such rows out. It is never an exception and never another row's score.</para>
/// <para><c>MulticlassClassification.Evaluate</c> compares key <c>i</c> of the label column with slot <c>i</c> of
/// <c>Score</c>. A key column that ML.NET made by itself numbers the labels in order of appearance; map them with
/// <see cref="ImageClassificationTransformer.LabelKeys"/> instead.</para>
/// </remarks>
public sealed class ImageClassificationEstimator : IEstimator<ImageClassificationTransformer>
{
    private readonly MLContext mlContext;
    private readonly Func<ImageClassifier> open;
    private readonly bool owns;
    private readonly string inputColumn;

    internal ImageClassificationEstimator(
        MLContext mlContext,
        Func<ImageClassifier> open,
        bool owns,
        string inputColumn
    )
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        ArgumentException.ThrowIfNullOrEmpty(inputColumn);
        this.mlContext = mlContext;
        this.open = open;
        this.owns = owns;
        this.inputColumn = inputColumn;
    }

    /// <summary>Opens the model.</summary>
    /// <param name="input">Data with the input column. No row of it is read.</param>
    /// <returns>The transformer. It owns the model unless the estimator was made from a classifier.</returns>
    /// <exception cref="ArgumentException">
    /// The input column is missing, or holds neither text, nor bytes, nor images.
    /// </exception>
    /// <exception cref="ModelContractException">
    /// The model file is missing, damaged, of an unknown contract version, contradicts its contract, or fails its
    /// self-test.
    /// </exception>
    /// <exception cref="DeviceException">The device cannot be used here and the policy is to fail.</exception>
    public ImageClassificationTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        ImageKind kind = ImageColumn.Find(input.Schema, inputColumn).Kind;
        return new ImageClassificationTransformer(mlContext, open(), owns, inputColumn, kind);
    }

    /// <summary>What <see cref="Fit"/>'s transformer will make of columns.</summary>
    /// <param name="inputSchema">The columns before this step.</param>
    /// <returns>The columns after it.</returns>
    /// <exception cref="ArgumentException">
    /// The input column is missing, or holds neither text, nor bytes, nor images.
    /// </exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ImageColumn.Check(inputSchema, inputColumn);
        return ClassifiedRow.Shape(mlContext, inputSchema);
    }
}
