using System.Globalization;
using Pipeline.Core.Contracts;
using Pipeline.Core.Metrics;
using Pipeline.Inference.Verification;
using Pipeline.Networks.Summaries;
using Pipeline.Trainer.Execution;
using Pipeline.Training.Quantization;

namespace Pipeline.Training;

/// <summary>A run begins, or goes on where it was interrupted.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Labels">The classes in output order.</param>
/// <param name="TrainImages">Training images.</param>
/// <param name="ValidationImages">Validation images.</param>
/// <param name="TestImages">Test images.</param>
/// <param name="Machine">Where libtorch computes, such as <c>cpu, 2 threads, libtorch 2.10.0</c>.</param>
/// <param name="IsResumed">Whether it goes on.</param>
public sealed record RunStarted(
    string Folder,
    LabelSet Labels,
    int TrainImages,
    int ValidationImages,
    int TestImages,
    string Machine,
    bool IsResumed
) : TrainingUpdate;

/// <summary>A model of the run begins.</summary>
/// <param name="Model">Its name.</param>
/// <param name="Description">Backbone, weights, cut and image size, in one line.</param>
public sealed record ModelStarted(string Model, string Description) : TrainingUpdate;

/// <summary>A model's network is built.</summary>
/// <param name="Layers">Its layers.</param>
/// <param name="Path">The file that lists them.</param>
public sealed record NetworkBuilt(LayerTable Layers, string Path) : TrainingUpdate;

/// <summary>A model's file passed the gate and is in place.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Path">Its <c>model.onnx</c>.</param>
/// <param name="Gate">What was compared.</param>
public sealed record ModelExported(string Model, string Path, VerificationReport Gate) : TrainingUpdate
{
    /// <inheritdoc/>
    public override string ToString() => $"{Model}: passed the gate, {Path}";
}

/// <summary>A model's file scored the test images, or the validation images where there are none with labels.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Metrics">Its metrics.</param>
/// <param name="Part">Of which part: <c>test</c> or <c>validation</c>.</param>
public sealed record ModelEvaluated(string Model, ClassificationReport Metrics, string Part) : TrainingUpdate;

/// <summary>The published model was made int8, or why it was not.</summary>
/// <param name="Report">What int8 costs and brings.</param>
/// <param name="Path">The int8 file, there only if <see cref="QuantizationReport.Published"/>.</param>
/// <param name="ReportPath">The file of the report.</param>
public sealed record QuantizationFinished(QuantizationReport Report, string Path, string ReportPath) : TrainingUpdate;

/// <summary>The run is complete; the last update of a training.</summary>
/// <param name="Run">What it made.</param>
public sealed record RunFinished(TrainedRun Run) : TrainingUpdate
{
    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Run.ModelPath}: {Run.Accuracy:P1} right");
}
