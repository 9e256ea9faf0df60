using Microsoft.ML;
using Pipeline.Core.Errors;
using Pipeline.Inference.MLNet.Rows;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.MLNet;

/// <summary>
/// Adds what the model's backbone gives for the images of a column (<c>Vector&lt;Single, F&gt;</c>; all NaN for a bad
/// image), and <c>Error</c> (text; empty when there is none). A trainer that reads its data several times would run the
/// network each time: append <c>AppendCacheCheckpoint</c> behind this step.
/// </summary>
public sealed class ImageFeaturizingTransformer : ImageTransformer
{
    internal ImageFeaturizingTransformer(
        MLContext mlContext,
        ImageClassifier classifier,
        bool owns,
        string outputColumn,
        string inputColumn,
        ImageKind kind
    )
        : base(mlContext, classifier, owns, inputColumn, kind) => FeatureColumn = outputColumn;

    /// <summary>Values F of one image: the product of <see cref="Sessions.ScoringSession.FeatureShape"/>; a map <c>[C,
    /// H, W]</c> is given row-major as one vector.</summary>
    public int FeatureCount => Classifier.Session.FeatureShape.Aggregate(1, (product, length) => product * length);

    /// <inheritdoc/>
    private protected override AddedColumn[] Added => AddedColumns.OfFeatures(FeatureColumn, FeatureCount);

    /// <inheritdoc/>
    private protected override string FeatureColumn { get; }

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
                    + $"Load it with new ScoringOptions {{ Features = true }}."
            )
            : new ModelContractException(
                $"Model '{path}' has no output 'features'. Export it again with pipeline-train export --features, "
                    + $"and load it with new ScoringOptions {{ Features = true }}."
            )
            {
                Subject = path,
            };
    }
}
