using Microsoft.ML;
using Microsoft.ML.Data;
using Pipeline.Core.Contracts;
using Pipeline.Inference.Evaluation;

namespace Pipeline.Inference.MLNet.Cli;

/// <summary>
/// A folder through an ML.NET pipeline: the rows of its IDataView, and the metrics of its evaluator. Owns the model.
/// </summary>
internal sealed class MLNetEvaluation : IDisposable
{
    private readonly ImageClassificationTransformer transformer;
    private readonly Dictionary<string, ScoredRow> byName;

    private MLNetEvaluation(
        ImageClassificationTransformer transformer,
        IReadOnlyList<ScoredRow> rows,
        Func<string, string> nameOf,
        MulticlassClassificationMetrics metrics
    )
    {
        this.transformer = transformer;
        Rows = rows;
        Metrics = metrics;
        byName = rows.ToDictionary(row => nameOf(row.ImagePath), StringComparer.Ordinal);
    }

    /// <summary>Every image, in the order of the evaluation.</summary>
    internal IReadOnlyList<ScoredRow> Rows { get; }

    /// <summary>What ML.NET's evaluator says of them.</summary>
    internal MulticlassClassificationMetrics Metrics { get; }

    /// <summary>The model's classes.</summary>
    internal LabelSet Labels => transformer.Labels;

    /// <summary>Finds an image by the name that the predictions give it.</summary>
    internal ScoredRow? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>Scores and evaluates.</summary>
    /// <param name="inputs">The model and the images.</param>
    /// <param name="cancellationToken">Stops between rows.</param>
    internal static MLNetEvaluation Run(EvaluationInputs inputs, CancellationToken cancellationToken)
    {
        var context = new MLContext();
        IDataView nothing = context.Data.LoadFromEnumerable<LabelledImage>([]);
        ImageClassificationTransformer transformer = context
            .Transforms.ClassifyImages(context, inputs.ModelPath)
            .Fit(nothing);
        try
        {
            FolderEvaluation listing = inputs.List(transformer.Labels);
            IDataView images = context.Data.LoadFromEnumerable(
                listing.Paths.Zip(
                    listing.Truth,
                    (path, truth) =>
                        new LabelledImage
                        {
                            ImagePath = path,
                            Truth = truth < 0 ? string.Empty : transformer.Labels[truth],
                        }
                )
            );
            var keys = context.Transforms.Conversion.MapValueToKey(
                "Label",
                nameof(LabelledImage.Truth),
                keyData: transformer.LabelKeys
            );
            IDataView scored = context.Data.Cache(transformer.Transform(keys.Fit(images).Transform(images)));
            ScoredRow[] rows =
            [
                .. context
                    .Data.CreateEnumerable<ScoredRow>(scored, reuseRowObject: false)
                    .TakeWhile(_ => !cancellationToken.IsCancellationRequested),
            ];
            cancellationToken.ThrowIfCancellationRequested();
            MulticlassClassificationMetrics metrics = context.MulticlassClassification.Evaluate(
                scored,
                topKPredictionCount: transformer.Labels.Count
            );
            return new MLNetEvaluation(transformer, rows, inputs.NameOf, metrics);
        }
        catch
        {
            transformer.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => transformer.Dispose();

    private sealed class LabelledImage
    {
        public string ImagePath { get; set; } = string.Empty;

        public string Truth { get; set; } = string.Empty;
    }
}

/// <summary>A row of the scored data.</summary>
internal sealed class ScoredRow
{
    /// <summary>Path of the image.</summary>
    public string ImagePath { get; set; } = string.Empty;

    /// <summary>The most probable class; empty when there is none.</summary>
    public string PredictedLabel { get; set; } = string.Empty;

    /// <summary>Its probability; NaN when there is none.</summary>
    public float Probability { get; set; }

    /// <summary>Probability of every class, <c>[K]</c>; all NaN when there is none.</summary>
    public float[] Score { get; set; } = [];

    /// <summary>Why there is no prediction; empty when there is one.</summary>
    public string Error { get; set; } = string.Empty;
}
