using Microsoft.ML;
using Pipeline.Core.Errors;
using Pipeline.Inference.MLNet.Rows;
using Pipeline.Inference.MLNet.Saving;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.MLNet;

/// <summary>
/// The features of images as a step of an ML.NET pipeline, for a trainer of ML.NET behind it. There is nothing to
/// train: <see cref="Fit"/> opens the model, which must have been exported with its output
/// <c>features</c>. It adds the features (<c>Vector&lt;Single, F&gt;</c>) and <c>Error</c> (text).
/// </summary>
/// <remarks>A bad image is a row like any other: its features are NaN, which ML.NET's trainers leave out, and
/// <c>Error</c> says why.</remarks>
public sealed class ImageFeaturizingEstimator : IEstimator<ImageFeaturizingTransformer>
{
    private readonly MLContext mlContext;
    private readonly Func<ImageClassifier> open;
    private readonly bool owns;
    private readonly string outputColumn;
    private readonly string inputColumn;

    internal ImageFeaturizingEstimator(
        MLContext mlContext,
        Func<ImageClassifier> open,
        bool owns,
        string outputColumn,
        string inputColumn
    )
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        ArgumentException.ThrowIfNullOrEmpty(outputColumn);
        ArgumentException.ThrowIfNullOrEmpty(inputColumn);
        this.mlContext = mlContext;
        this.open = open;
        this.owns = owns;
        this.outputColumn = outputColumn;
        this.inputColumn = inputColumn;
    }

    /// <summary>Opens the model.</summary>
    /// <param name="input">Data with the input column. No row of it is read.</param>
    /// <returns>The transformer. It owns the model unless the estimator was made from a classifier.</returns>
    /// <exception cref="ArgumentException">The input column is missing, or holds neither text, nor bytes, nor
    /// images.</exception>
    /// <exception cref="ModelContractException">The model file is missing, damaged, contradicts its contract, fails its
    /// self-test, or was exported without its features.</exception>
    /// <exception cref="DeviceException">The device cannot be used here and the policy is to fail.</exception>
    public ImageFeaturizingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        ImageKind kind = ImageColumn.Find(input.Schema, inputColumn).Kind;
        return new ImageFeaturizingTransformer(mlContext, open(), owns, outputColumn, inputColumn, kind);
    }

    /// <summary>What <see cref="Fit"/>'s transformer will make of columns.</summary>
    /// <param name="inputSchema">The columns before this step.</param>
    /// <returns>The columns after it.</returns>
    /// <exception cref="ArgumentException">The input column is missing, or holds neither text, nor bytes, nor
    /// images.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ImageColumn.Check(inputSchema, inputColumn);
        return FeaturizedRow.Shape(mlContext, inputSchema, outputColumn);
    }
}
