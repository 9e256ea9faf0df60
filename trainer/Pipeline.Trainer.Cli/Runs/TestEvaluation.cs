using Pipeline.Core.Contracts;
using Pipeline.Core.Files;
using Pipeline.Core.Metrics;
using Pipeline.Inference.Evaluation;
using Pipeline.Inference.Reporting;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Runs;

namespace Pipeline.Trainer.Cli.Runs;

/// <summary>Scores the test images with the exported file, as production will.</summary>
internal static class TestEvaluation
{
    /// <summary>Writes <c>predictions.csv</c> and <c>evaluation.json</c> of a model.</summary>
    /// <param name="data">The images; without test images the validation images are scored.</param>
    /// <param name="folder">The model's folder.</param>
    /// <param name="threads">Threads of the network.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <returns>The metrics.</returns>
    internal static ClassificationReport Run(DatasetSplits data, ModelFolder folder, int threads, CancellationToken cancellationToken)
    {
        IReadOnlyList<ImageSample> samples = data.Test.Count > 0 ? data.Test : data.Validation;
        using ImageClassifier classifier = ImageClassifier.Load(folder.Onnx, new ScoringOptions { Threads = threads, DecodeWorkers = threads, AllowSpinning = false });
        var evaluation = new FolderEvaluation([.. samples.Select(sample => sample.Path)], [.. samples.Select(sample => sample.ClassIndex)], data.Labels);
        AtomicFile.Write(folder.Predictions, stream =>
        {
            using PredictionWriter writer = PredictionWriter.Create(PredictionFormat.Csv, stream, data.Labels, allScores: false);
            foreach (Prediction prediction in classifier.ClassifyFilesAsync(evaluation.Paths, cancellationToken).ToBlockingEnumerable(cancellationToken))
            {
                writer.Write(prediction with { Path = Relative(prediction.Path) });
                evaluation.Add(prediction);
            }
        });
        EvaluationReport report = evaluation.ToReport();
        EvaluationJson.Write(folder.Evaluation, report.Metrics, [.. report.SkippedImages.Select(image => image with { Path = Relative(image.Path) })]);
        return report.Metrics;

        string Relative(string path) => Path.GetRelativePath(data.Root, path).Replace('\\', '/');
    }
}
