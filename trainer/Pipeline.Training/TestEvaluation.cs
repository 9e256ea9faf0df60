using Pipeline.Core.Contracts;
using Pipeline.Core.Files;
using Pipeline.Core.Metrics;
using Pipeline.Inference.Evaluation;
using Pipeline.Inference.Reporting;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Runs;

namespace Pipeline.Training;

/// <summary>Scores the test images with the exported file, as production will.</summary>
internal static class TestEvaluation
{
    /// <summary>
    /// Writes <c>predictions.csv</c> of the test images and <c>evaluation.json</c> of the same images. If they have no
    /// labels, the validation images are scored as well and evaluated instead.
    /// </summary>
    /// <param name="data">The images; without test images the validation images are scored.</param>
    /// <param name="folder">The model's folder.</param>
    /// <param name="fit">The temperature in the model; <c>null</c> when none was fitted.</param>
    /// <param name="threads">Threads of the network.</param>
    /// <param name="progress">Counts the images. Borrowed.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <returns>The metrics, and the name of the part that they are of.</returns>
    internal static (ClassificationReport Report, string Part) Run(
        DatasetSplits data,
        ModelFolder folder,
        TemperatureFit? fit,
        int threads,
        IProgress<TrainingUpdate> progress,
        CancellationToken cancellationToken
    )
    {
        using ImageClassifier classifier = ImageClassifier.Load(
            folder.Onnx,
            new ScoringOptions
            {
                Threads = threads,
                DecodeWorkers = threads,
                AllowSpinning = false,
            }
        );
        EvaluationReport report = Evaluate(
            classifier,
            data,
            data.Test.Count > 0 ? data.Test : data.Validation,
            folder.Predictions,
            progress,
            cancellationToken
        );
        if (data.Test.Count > 0 && !data.IsTestLabelled)
        {
            report = Evaluate(
                classifier,
                data,
                data.Validation,
                folder.ValidationPredictions,
                progress,
                cancellationToken
            );
        }

        EvaluationJson.Write(folder.Evaluation, report.Metrics, report.SkippedImages, fit);
        return (report.Metrics, data.IsTestLabelled ? DatasetSplits.TestPart : DatasetSplits.ValidationPart);
    }

    private static EvaluationReport Evaluate(
        ImageClassifier classifier,
        DatasetSplits data,
        IReadOnlyList<ImageSample> samples,
        string predictions,
        IProgress<TrainingUpdate> progress,
        CancellationToken cancellationToken
    )
    {
        string[] names = [.. samples.Select(sample => sample.RelativeTo(data.Root))];
        var evaluation = new FolderEvaluation(names, [.. samples.Select(sample => sample.ClassIndex)], data.Labels);
        AtomicFile.Write(
            predictions,
            stream =>
            {
                var options = new PredictionWriterOptions
                {
                    TrueLabels = samples.Any(sample => sample.ClassIndex >= 0),
                };
                using PredictionWriter writer = PredictionWriter.Create(
                    PredictionFormat.Csv,
                    stream,
                    data.Labels,
                    options
                );
                int index = 0;
                foreach (
                    Prediction prediction in classifier
                        .ClassifyFilesAsync(samples.Select(sample => sample.Path), cancellationToken)
                        .ToBlockingEnumerable(cancellationToken)
                )
                {
                    Prediction named = prediction with
                    {
                        Path = names[index],
                        TrueLabel = evaluation.TrueLabelOf(index),
                    };
                    index++;
                    writer.Write(named);
                    evaluation.Add(named);
                    progress.Report(new PassProgress("Scoring with the exported file", index, names.Length));
                }
            }
        );
        return evaluation.ToReport();
    }
}
