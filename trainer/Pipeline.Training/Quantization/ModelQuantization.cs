using System.Collections.Immutable;
using System.Globalization;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Export.Quantization;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Recipes;
using Pipeline.Training.Gate;

namespace Pipeline.Training.Quantization;

/// <summary>
/// Makes an int8 file of a checked float32 model and publishes it only if it is accurate and fast enough here. Whatever
/// happens, nothing but the report and a published file is left.
/// </summary>
internal sealed class ModelQuantization(QuantizationJob job, IProgress<TrainingUpdate> progress, TimeProvider clock)
{
    private const int SampleImages = 64;
    private const int FallbackSteps = 12; // of at most half of the operators

    private readonly Int8Gate gate = new(job.Settings, job.Threads, progress, clock);

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
        progress.Message(
            $"measuring {model.Tensors.Count} activations on {Math.Min(job.Settings.Images, job.Calibration.Count)} "
                + $"of {job.Calibration.Count} images, {WireNames.ToKebab(job.Settings.Calibration)}; "
                + $"{Int8Processor.Description}, {(job.Settings.ReduceRange ? "7-bit" : "8-bit")} weights"
        );
        CalibrationRun calibration = CalibrationRun.Execute(model, observed, job, progress, cancellationToken);
        File.Delete(observed);

        progress.Message($"scoring {job.Validation.Count} validation images in float32");
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
            AccuracyComparison.Compare(float32, int8, model.Contract.Labels, job.Root),
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
        while (!gate.HoldsBudget(float32, int8) && floatNodes.Count < most)
        {
            if (sensitivity.Count == 0)
            {
                progress.Message(
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
            progress.Message($"back to float32: {string.Join(", ", worst.Select(node => node.Node))}");
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
        progress.Message(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{nodes.Count} of {candidate.Nodes.Count} operators in int8: {int8.Accuracy:P2} of {int8.Count} "
                    + $"validation images right, float32 {float32.Accuracy:P2}; {float32.DifferentFrom(int8).Count} "
                    + $"get another class"
            )
        );
        return int8;
    }

    /// <summary>Asks the gate.</summary>
    private QuantizationReport Judge(
        Int8Candidate candidate,
        SampleLogits sample,
        CalibrationRun calibration,
        AccuracyComparison accuracy,
        CancellationToken cancellationToken
    )
    {
        Int8Verdict verdict = gate.Judge(
            job.Model,
            candidate.Path,
            accuracy,
            sample,
            candidate.FloatOperators,
            cancellationToken
        );
        return new QuantizationReport
        {
            Reasons = verdict.Reasons,
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
            BatchDifference = verdict.BatchDifference,
            Speed = verdict.Speed,
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
            progress.Message($"scoring {job.Test.Count} test images, once");
            ScoredImages float32 = ScoredImages.Score(job.Model, job.Test, job.Threads, cancellationToken);
            ScoredImages int8 = ScoredImages.Score(candidate.Path, job.Test, job.Threads, cancellationToken);
            report = report with { Test = AccuracyComparison.Compare(float32, int8, labels, job.Root) };
        }

        new GatedFile(candidate.Path, job.Output, Rejected: null).Settle(
            report.Published,
            () => report.Write(job.Report)
        );
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
