using Microsoft.ML;
using Pipeline.Core.Errors;
using Pipeline.Inference.MLNet.Saving;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.MLNet;

/// <summary>Adds image classification to ML.NET's catalogs.</summary>
public static class ImageClassificationCatalog
{
    /// <summary>
    /// Classifies the images of a column, in batches. Adds the columns <c>Score</c>, <c>PredictedLabel</c>,
    /// <c>Probability</c> and <c>Error</c>, see <see cref="ImageClassificationEstimator"/>.
    /// </summary>
    /// <param name="catalog">The catalog: <c>mlContext.Transforms</c>.</param>
    /// <param name="mlContext">The context that the catalog belongs to; ML.NET keeps a catalog's own to itself.</param>
    /// <param name="modelPath">Path of the exported <c>.onnx</c> file. Opened by <c>Fit</c>.</param>
    /// <param name="inputColumn">
    /// Column of paths (text), of the bytes of image files (<c>Vector&lt;Byte&gt;</c>) or of <c>MLImage</c>.
    /// </param>
    /// <param name="options">
    /// How to run the model; <c>null</c> takes what <see cref="ImageClassifier.LoadForManyImages"/> does.
    /// </param>
    /// <returns>The estimator. Each of its transformers opens the model and owns it.</returns>
    public static ImageClassificationEstimator ClassifyImages(
        this TransformsCatalog catalog,
        MLContext mlContext,
        string modelPath,
        string inputColumn = "ImagePath",
        ScoringOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(modelPath);
        return new ImageClassificationEstimator(
            mlContext,
            () => ModelFile.Open(modelPath, options),
            owns: true,
            inputColumn
        );
    }

    /// <summary>The same with a classifier that the application holds already.</summary>
    /// <param name="catalog">The catalog: <c>mlContext.Transforms</c>.</param>
    /// <param name="mlContext">The context that the catalog belongs to.</param>
    /// <param name="classifier">
    /// The loaded model. Borrowed: it must outlive the transformers and everything they gave.
    /// </param>
    /// <param name="inputColumn">
    /// Column of paths (text), of the bytes of image files (<c>Vector&lt;Byte&gt;</c>) or of <c>MLImage</c>.
    /// </param>
    /// <returns>The estimator.</returns>
    public static ImageClassificationEstimator ClassifyImages(
        this TransformsCatalog catalog,
        MLContext mlContext,
        ImageClassifier classifier,
        string inputColumn = "ImagePath"
    )
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(classifier);
        return new ImageClassificationEstimator(mlContext, () => classifier, owns: false, inputColumn);
    }

    /// <summary>Gives the features of the images of a column, in batches, for any trainer of ML.NET. Adds a column of
    /// features and <c>Error</c>, see <see cref="ImageFeaturizingEstimator"/>.</summary>
    /// <param name="catalog">The catalog: <c>mlContext.Transforms</c>.</param>
    /// <param name="mlContext">The context that the catalog belongs to.</param>
    /// <param name="modelPath">Path of a model that was exported with <c>pipeline-train export --features</c>. Opened
    /// by <c>Fit</c>.</param>
    /// <param name="outputColumn">Column that the features go to.</param>
    /// <param name="inputColumn">Column of paths (text), of the bytes of image files (<c>Vector&lt;Byte&gt;</c>) or of
    /// <c>MLImage</c>.</param>
    /// <param name="options">How to run the model; <c>null</c> takes <see cref="ScoringOptions.ForManyImages"/>.
    /// <see cref="ScoringOptions.Features"/> is set in any case.</param>
    /// <returns>The estimator. Each of its transformers opens the model and owns it.</returns>
    public static ImageFeaturizingEstimator FeaturizeImages(
        this TransformsCatalog catalog,
        MLContext mlContext,
        string modelPath,
        string outputColumn = "Features",
        string inputColumn = "ImagePath",
        ScoringOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(modelPath);
        ImageClassifier Open() => ModelFile.Open(modelPath, options, features: true);
        return new ImageFeaturizingEstimator(mlContext, Open, owns: true, outputColumn, inputColumn);
    }

    /// <summary>The same with a classifier that the application holds already.</summary>
    /// <param name="catalog">The catalog: <c>mlContext.Transforms</c>.</param>
    /// <param name="mlContext">The context that the catalog belongs to.</param>
    /// <param name="classifier">A model loaded with <see cref="ScoringOptions.Features"/>. Borrowed: it must outlive
    /// the transformers and everything they gave.</param>
    /// <param name="outputColumn">Column that the features go to.</param>
    /// <param name="inputColumn">Column of paths (text), of the bytes of image files (<c>Vector&lt;Byte&gt;</c>) or of
    /// <c>MLImage</c>.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ModelContractException">The model was exported without its features.</exception>
    /// <exception cref="ArgumentException">The model has features, but was loaded without them.</exception>
    public static ImageFeaturizingEstimator FeaturizeImages(
        this TransformsCatalog catalog,
        MLContext mlContext,
        ImageClassifier classifier,
        string outputColumn = "Features",
        string inputColumn = "ImagePath"
    )
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(classifier);
        ImageFeaturizingTransformer.WithFeatures(classifier);
        return new ImageFeaturizingEstimator(mlContext, () => classifier, owns: false, outputColumn, inputColumn);
    }

    /// <summary>
    /// Loads a pipeline that <c>mlContext.Model.Save</c> wrote, with the image classification as it was: batched, with
    /// a <c>Score</c> of known size and slot names. ML.NET's own <c>Load</c> gives the same answers, but row by row and
    /// with a <c>Score</c> of unknown size.
    /// </summary>
    /// <param name="catalog">The catalog: <c>mlContext.Model</c>.</param>
    /// <param name="mlContext">The context that the catalog belongs to.</param>
    /// <param name="pipelinePath">
    /// Path of the saved pipeline. The model file is looked for beside it first, then where it was when the pipeline
    /// was saved.
    /// </param>
    /// <param name="inputSchema">Columns that the pipeline takes; <c>null</c> when they were not saved.</param>
    /// <param name="options">
    /// How to run the model; <c>null</c> takes what <see cref="ImageClassifier.LoadForManyImages"/> does.
    /// </param>
    /// <returns>The pipeline. It owns the model it opened: dispose it when it is a <see cref="IDisposable"/>.</returns>
    /// <exception cref="ModelContractException">
    /// The model file is in none of the places, or has other labels than when the pipeline was saved.
    /// </exception>
    public static ITransformer LoadWithImageClassification(
        this ModelOperationsCatalog catalog,
        MLContext mlContext,
        string pipelinePath,
        out DataViewSchema? inputSchema,
        ScoringOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(mlContext);
        ArgumentException.ThrowIfNullOrEmpty(pipelinePath);
        ITransformer loaded = catalog.Load(pipelinePath, out inputSchema);
        string folder = Path.GetDirectoryName(Path.GetFullPath(pipelinePath)) ?? ".";
        return SavedClassification.Restore(mlContext, loaded, state => state.Open(options, folder));
    }
}
