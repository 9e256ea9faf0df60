using Microsoft.ML;
using Pipeline.Core.Contracts;
using Pipeline.Inference.MLNet.Rows;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.MLNet;

/// <summary>Classifies the images of a column: it adds the four of <see cref="ImageClassificationColumns"/>.</summary>
public sealed class ImageClassificationTransformer : ImageTransformer
{
    internal ImageClassificationTransformer(
        MLContext mlContext,
        ImageClassifier classifier,
        bool owns,
        string inputColumn,
        ImageKind kind
    )
        : base(mlContext, classifier, owns, inputColumn, kind) { }

    /// <summary>Class names in the order of <c>Score</c>'s slots.</summary>
    public LabelSet Labels => Classifier.Labels;

    /// <summary>
    /// The labels as data for <c>mlContext.Transforms.Conversion.MapValueToKey(column, keyData:
    /// transformer.LabelKeys)</c>: so the keys of true labels are numbered as the slots of <c>Score</c> are.
    /// </summary>
    public IDataView LabelKeys =>
        Context.Data.LoadFromEnumerable(Labels.Select(label => new LabelRow { Label = label }));

    /// <inheritdoc/>
    private protected override AddedColumn[] Added => AddedColumns.OfClassification(Labels);

    private sealed class LabelRow
    {
        public string Label { get; init; } = string.Empty;
    }
}
