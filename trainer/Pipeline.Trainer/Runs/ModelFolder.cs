namespace Pipeline.Trainer.Runs;

/// <summary>The names in a model's folder, <c>models/&lt;name&gt;</c> of a run.</summary>
/// <param name="Path">Path of the folder.</param>
internal sealed record ModelFolder(string Path)
{
    /// <summary>The files that stand at run level as well for the published model.</summary>
    public static IReadOnlyList<string> Published { get; } =
    [
        "model.onnx",
        "model.int8.onnx",
        "quantization.json",
        "gate.json",
        "golden.safetensors",
        "evaluation.json",
        "predictions.csv",
        "predictions.validation.csv",
        "checkpoints/best.safetensors",
        "checkpoints/last.safetensors",
    ];

    /// <summary>Weights of the last epoch of the last phase.</summary>
    public string LastCheckpoint => System.IO.Path.Combine(Path, "checkpoints", "last.safetensors");

    /// <summary>Weights of the best epoch of the last phase: what is exported.</summary>
    public string BestCheckpoint => System.IO.Path.Combine(Path, "checkpoints", "best.safetensors");

    /// <summary>The network as the present phase found it.</summary>
    public string PhaseStart => System.IO.Path.Combine(Path, "checkpoints", "phase.safetensors");

    /// <summary>State after the last finished epoch: what an interrupted run goes on from.</summary>
    public string State => System.IO.Path.Combine(Path, "checkpoints", "last.state.safetensors");

    /// <summary>The checked model.</summary>
    public string Onnx => System.IO.Path.Combine(Path, "model.onnx");

    /// <summary>The checked model as int8; there when it is accurate and fast enough.</summary>
    public string Int8 => System.IO.Path.Combine(Path, "model.int8.onnx");

    /// <summary>What int8 costs and brings, and why it was published or not.</summary>
    public string Quantization => System.IO.Path.Combine(Path, "quantization.json");

    /// <summary>The exported model before the gate has passed it.</summary>
    public string Candidate => System.IO.Path.Combine(Path, "model.candidate.onnx");

    /// <summary>An exported model that the gate refused.</summary>
    public string Rejected => System.IO.Path.Combine(Path, "model.rejected.onnx");

    /// <summary>The gate's reference: real images and the trainer's logits.</summary>
    public string Golden => System.IO.Path.Combine(Path, "golden.safetensors");

    /// <summary>The gate's report.</summary>
    public string Gate => System.IO.Path.Combine(Path, "gate.json");

    /// <summary>Metrics on the test images.</summary>
    public string Evaluation => System.IO.Path.Combine(Path, "evaluation.json");

    /// <summary>Predictions of the test images.</summary>
    public string Predictions => System.IO.Path.Combine(Path, "predictions.csv");

    /// <summary>
    /// Predictions of the validation images; there when the test images have no labels, so that the model is evaluated
    /// on these.
    /// </summary>
    public string ValidationPredictions => System.IO.Path.Combine(Path, "predictions.validation.csv");

    /// <summary>Predictions of the images that <see cref="Evaluation"/> is of.</summary>
    public string EvaluatedPredictions => File.Exists(ValidationPredictions) ? ValidationPredictions : Predictions;

    /// <summary>The layer table.</summary>
    public string Layers => System.IO.Path.Combine(Path, "layers.csv");

    /// <summary>Some training images as a phase changes them; there for each phase that does.</summary>
    /// <param name="phase">Number of the phase, from 1.</param>
    /// <returns>Path of the picture.</returns>
    public string Augmented(int phase) =>
        System.IO.Path.Combine(Path, FormattableString.Invariant($"augmented.{phase}.png"));
}
