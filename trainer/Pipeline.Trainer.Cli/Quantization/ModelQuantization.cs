using System.Collections.Immutable;
using System.Globalization;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Files;
using Pipeline.Export.Quantization;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Recipes;

namespace Pipeline.Trainer.Cli.Quantization;

/// <summary>
/// Makes an int8 file of a checked float32 model and publishes it only if it is accurate and fast enough here. Whatever
/// happens, nothing but the report and a published file is left.
/// </summary>
internal sealed class ModelQuantization(QuantizationJob job, ITrainingProgress progress, TimeProvider clock)
{
    private const int SpeedBatch = 32;
    private const int SampleImages = 64;
    private const int FallbackSteps = 12; // of at most half of the operators

    // of max(1, max |logit|): the float32 parts at the ends may round differently
    private const double LargestBatchDifference = 1e-3;

    /// <summary>Does it.</summary>
    /// <exception cref="PipelineException">The model or the images cannot be used.</exception>
    /// <exception cref="IOException">The folder of the output cannot be written.</exception>
    internal QuantizationReport Execute(CancellationToken cancellationToken)
    {
        QuantizableModel model = QuantizableModel.Load(job.Model);
        string work = MakeWorkFolder();
        try
        {
            return Execute(model, work, cancellationToken);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private QuantizationReport Execute(QuantizableModel model, string work, CancellationToken cancellationToken)
    {
        string observed = Path.Combine(work, "observed.onnx");
        model.WriteObserved(observed);
        progress.Say(
            $"measuring {model.Tensors.Count} activations on {Math.Min(job.Settings.Images, job.Calibration.Count)} "
                + $"of {job.Calibration.Count} images, {WireNames.ToKebab(job.Settings.Calibration)}; "
                + $"{Int8Processor.Description}, {(job.Settings.ReduceRange ? "7-bit" : "8-bit")} weights"
        );
        CalibrationRun calibration = CalibrationRun.Execute(model, observed, job, progress, cancellationToken);
        File.Delete(observed);

        progress.Say($"scoring {job.Validation.Count} validation images in float32");
        ScoredImages float32 = ScoredImages.Score(job.Model, job.Validation, job.Threads, cancellationToken);
        if (float32.Count == 0)
        {
            throw new DatasetException(
                $"No validation image under '{job.Root}' can be read, so int8 cannot be judged. "
                    + "Give images like those that the model was trained on."
            )
            {
                Subject = job.Root,
            };
        }

        SampleLogits sample = SampleLogits.Read(model.Contract, job.Validation, SampleImages, job.Threads);
        var candidate = new Int8Candidate(model, calibration, job, Path.Combine(work, "candidate.onnx"));
        (
            IReadOnlyList<string> nodes,
            ImmutableHashSet<string> floatNodes,
            ScoredImages int8,
            IReadOnlyList<NodeSensitivity> sensitivity
        ) = Choose(candidate, float32, sample, cancellationToken);
        (LogitMovement movement, KeptTemperature temperature) = candidate.Finish(floatNodes, cancellationToken);
        QuantizationReport report = Judge(
            candidate,
            sample,
            calibration,
            AccuracyComparison.Of(float32, int8, model.Contract.Labels, job.Root),
            cancellationToken
        ) with
        {
            Movement = movement,
            Temperature = temperature.ToFit(),
            Int8Nodes = nodes,
            FloatNodes = [.. floatNodes.Order(StringComparer.Ordinal)],
            Sensitivity = sensitivity,
        };
        return Publish(report, candidate, model.Contract.Labels, cancellationToken);
    }

    /// <summary>
    /// Everything in int8 first; while that costs too much, the operators that hurt most go back to float32, up to half
    /// of them.
    /// </summary>
    private (
        IReadOnlyList<string> Nodes,
        ImmutableHashSet<string> FloatNodes,
        ScoredImages Int8,
        IReadOnlyList<NodeSensitivity> Sensitivity
    ) Choose(Int8Candidate candidate, ScoredImages float32, SampleLogits sample, CancellationToken cancellationToken)
    {
        ImmutableHashSet<string> floatNodes = [];
        IReadOnlyList<string> nodes = candidate.Write(floatNodes);
        ScoredImages int8 = Score(candidate, nodes, float32, cancellationToken);
        IReadOnlyList<NodeSensitivity> sensitivity = [];
        int most = candidate.Nodes.Count / 2,
            step = Math.Max(1, most / FallbackSteps);
        while (!Holds(float32, int8) && floatNodes.Count < most)
        {
            if (sensitivity.Count == 0)
            {
                progress.Say(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"the budget of {job.Settings.BudgetPoints} points does not hold: "
                            + $"making each operator int8 alone to find the worst"
                    )
                );
                sensitivity = new SensitivityAnalysis(candidate, sample, progress).Run(job.Model, cancellationToken);
            }

            NodeSensitivity[] worst =
            [
                .. sensitivity
                    .Where(node => !floatNodes.Contains(node.Node))
                    .Take(Math.Min(step, most - floatNodes.Count)),
            ];
            if (worst.Length == 0)
            {
                break;
            }

            floatNodes = floatNodes.Union(worst.Select(node => node.Node));
            nodes = candidate.Write(floatNodes);
            progress.Say($"back to float32: {string.Join(", ", worst.Select(node => node.Node))}");
            int8 = Score(candidate, nodes, float32, cancellationToken);
        }

        return (nodes, floatNodes, int8, sensitivity);
    }

    private ScoredImages Score(
        Int8Candidate candidate,
        IReadOnlyList<string> nodes,
        ScoredImages float32,
        CancellationToken cancellationToken
    )
    {
        ScoredImages int8 = ScoredImages.Score(candidate.Path, job.Validation, job.Threads, cancellationToken);
        progress.Say(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{nodes.Count} of {candidate.Nodes.Count} operators in int8: {int8.Accuracy:P2} of {int8.Count} "
                    + $"validation images right, float32 {float32.Accuracy:P2}; {float32.DifferentFrom(int8).Count} "
                    + $"get another class"
            )
        );
        return int8;
    }

    private bool Holds(ScoredImages float32, ScoredImages int8) =>
        int8.Count == float32.Count && (float32.Accuracy - int8.Accuracy) * 100 <= job.Settings.BudgetPoints + 1e-9;

    /// <summary>
    /// Compares batch sizes and speed, if the accuracy is worth it, and lists every reason against publication.
    /// </summary>
    private QuantizationReport Judge(
        Int8Candidate candidate,
        SampleLogits sample,
        CalibrationRun calibration,
        AccuracyComparison accuracy,
        CancellationToken cancellationToken
    )
    {
        var reasons = new List<string>();
        if (accuracy.DropPoints > job.Settings.BudgetPoints + 1e-9)
        {
            reasons.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"it costs {accuracy.DropPoints:0.00} points of accuracy on {accuracy.Images} validation images "
                        + $"({accuracy.Float32:P2} to {accuracy.Int8:P2}), the budget is {job.Settings.BudgetPoints}"
                )
            );
        }

        double batchDifference = sample.BatchDifference(candidate.Path, cancellationToken);
        double allowed =
            LargestBatchDifference
            * Math.Max(
                1,
                sample.Score(candidate.Path, SpeedBatch, cancellationToken).Select(Math.Abs).DefaultIfEmpty(0).Max()
            );
        if (batchDifference > allowed)
        {
            reasons.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"its logits depend on the batch size, by up to {batchDifference:G3}, allowed are {allowed:G3}"
                )
            );
        }

        SpeedComparison? speed = null;
        if (reasons.Count == 0)
        {
            progress.Say($"measuring the speed of both files in turns, batches of {SpeedBatch}, {job.Threads} threads");
            speed = SpeedComparison.Measure(
                job.Model,
                candidate.Path,
                job.Threads,
                SpeedBatch,
                clock,
                cancellationToken
            );
            if (speed.Speedup < job.Settings.MinSpeedup)
            {
                reasons.Add(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"it is {speed.Speedup:0.00}x as fast as float32 here ({speed.Float32MsPerImage:0.000} and "
                            + $"{speed.Int8MsPerImage:0.000} ms per image), at least {job.Settings.MinSpeedup}x is "
                            + $"asked for{candidate.FloatOperators}"
                    )
                );
            }
        }

        return new QuantizationReport
        {
            Reasons = reasons,
            Calibration =
                job.Settings.Calibration == CalibrationKind.Percentile
                    ? string.Create(CultureInfo.InvariantCulture, $"percentile {job.Settings.Percentile}")
                    : WireNames.ToKebab(job.Settings.Calibration),
            CalibrationImages = calibration.Images,
            CalibrationSkipped = calibration.Skipped,
            BiasCorrection = job.Settings.BiasCorrection,
            ReduceRange = job.Settings.ReduceRange,
            Processor = Int8Processor.Description,
            BudgetPoints = job.Settings.BudgetPoints,
            MinSpeedup = job.Settings.MinSpeedup,
            Validation = accuracy,
            Test = null,
            BatchDifference = batchDifference,
            Speed = speed,
            Float32Bytes = new FileInfo(job.Model).Length,
            Int8Bytes = new FileInfo(candidate.Path).Length,
            Movement = null,
            Temperature = null,
            Int8Nodes = [],
            FloatNodes = [],
            Sensitivity = [],
        };
    }

    /// <summary>Moves a good candidate into place, looks at the test images once, and writes the report.</summary>
    private QuantizationReport Publish(
        QuantizationReport report,
        Int8Candidate candidate,
        LabelSet labels,
        CancellationToken cancellationToken
    )
    {
        if (report.Published && job.Test.Count > 0)
        {
            progress.Say($"scoring {job.Test.Count} test images, once");
            ScoredImages float32 = ScoredImages.Score(job.Model, job.Test, job.Threads, cancellationToken);
            ScoredImages int8 = ScoredImages.Score(candidate.Path, job.Test, job.Threads, cancellationToken);
            report = report with { Test = AccuracyComparison.Of(float32, int8, labels, job.Root) };
        }

        report.Write(job.Report);
        if (report.Published)
        {
            AtomicFile.Move(candidate.Path, job.Output);
        }

        return report;
    }

    /// <summary>
    /// A hidden folder beside the output, made first: a place that cannot be written shows before anything is computed.
    /// </summary>
    private string MakeWorkFolder()
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(job.Output)) ?? ".";
        if (File.Exists(folder) || Directory.Exists(job.Output))
        {
            throw new IOException(
                $"Int8 model '{job.Output}' cannot be written: "
                    + $"{(File.Exists(folder) ? $"'{folder}' is a file" : "a folder of that name is in the way")}. "
                    + "Name another file with --output."
            );
        }

        return Directory.CreateDirectory(Path.Combine(folder, $".quantize.{Guid.NewGuid():N}.tmp")).FullName;
    }
}
