using Pipeline.Core.Contracts;
using Pipeline.Core.Files;
using Pipeline.Core.Metrics;
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
        var accumulator = new ClassificationAccumulator(data.Labels.Count);
        var skipped = new List<SkippedImage>();
        AtomicFile.Write(folder.Predictions, stream =>
        {
            using PredictionWriter writer = PredictionWriter.Create(PredictionFormat.Csv, stream, data.Labels, allScores: false);
            int index = 0;
            foreach (Prediction prediction in classifier.ClassifyFilesAsync(samples.Select(sample => sample.Path), cancellationToken).ToBlockingEnumerable(cancellationToken))
            {
                string path = Path.GetRelativePath(data.Root, prediction.Path).Replace('\\', '/');
                writer.Write(prediction with { Path = path });
                if (prediction.Error is null)
                {
                    accumulator.Add(prediction.Probabilities, samples[index].ClassIndex);
                }
                else
                {
                    accumulator.Skip();
                    skipped.Add(new SkippedImage(path, prediction.Error));
                }

                index++;
            }
        });
        ClassificationReport report = accumulator.ToReport(data.Labels);
        EvaluationJson.Write(folder.Evaluation, report, skipped);
        return report;
    }
}
