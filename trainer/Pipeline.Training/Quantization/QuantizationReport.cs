using System.Text.Encodings.Web;
using System.Text.Json;
using Pipeline.Core.Files;
using Pipeline.Core.Metrics;
using Pipeline.Training.Gate;

namespace Pipeline.Training.Quantization;

/// <summary>
/// What int8 costs and brings, and why it was published or not: <c>quantization.json</c>. Holds timings, so it differs
/// between equal runs; the int8 file does not.
/// </summary>
public sealed record QuantizationReport
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Whether the int8 file was published.</summary>
    public bool Published => Reasons.Count == 0;

    /// <summary>Why not, one line each.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>How ranges were chosen.</summary>
    public required string Calibration { get; init; }

    /// <summary>Images that they were measured on.</summary>
    public required int CalibrationImages { get; init; }

    /// <summary>Calibration files that could not be read.</summary>
    public required IReadOnlyList<SkippedImage> CalibrationSkipped { get; init; }

    /// <summary>Whether the mean error of rounded weights was taken back.</summary>
    public required bool BiasCorrection { get; init; }

    /// <summary>Whether weights use 7 bits.</summary>
    public required bool ReduceRange { get; init; }

    /// <summary>What the processor does with int8.</summary>
    public required string Processor { get; init; }

    /// <summary>Points of validation accuracy that int8 may cost.</summary>
    public required double BudgetPoints { get; init; }

    /// <summary>How many times as fast int8 must be.</summary>
    public required double MinSpeedup { get; init; }

    /// <summary>On the validation images, by which everything was chosen.</summary>
    public required AccuracyComparison Validation { get; init; }

    /// <summary>On the test images, looked at once; <c>null</c> when there are none or nothing was published.</summary>
    public required AccuracyComparison? Test { get; init; }

    /// <summary>Largest difference of a logit between batch sizes.</summary>
    public required double BatchDifference { get; init; }

    /// <summary>
    /// How far int8 moves the logits of the validation images; what the file promises (<c>pipeline.precision</c>)
    /// follows from it.
    /// </summary>
    public required LogitMovement? Movement { get; init; }

    /// <summary>
    /// The temperature of the int8 file, the float32 model's unless that raised int8's log-loss, with the validation
    /// images' log-loss and calibration error before and after; <c>null</c> for a model that was never calibrated.
    /// </summary>
    public required TemperatureFit? Temperature { get; init; }

    /// <summary>Speed of both; <c>null</c> when int8 was not accurate enough to be measured.</summary>
    public required SpeedComparison? Speed { get; init; }

    /// <summary>Size of the float32 file in bytes.</summary>
    public required long Float32Bytes { get; init; }

    /// <summary>Size of the int8 file in bytes.</summary>
    public required long Int8Bytes { get; init; }

    /// <summary>Operators that are int8.</summary>
    public required IReadOnlyList<string> Int8Nodes { get; init; }

    /// <summary>Operators that stayed float32 to hold the budget.</summary>
    public required IReadOnlyList<string> FloatNodes { get; init; }

    /// <summary>What each operator alone does, the worst first; empty when the budget held without asking.</summary>
    public required IReadOnlyList<NodeSensitivity> Sensitivity { get; init; }

    /// <summary>Writes the file, whole or not at all.</summary>
    internal void Write(string path) => AtomicFile.WriteText(path, JsonSerializer.Serialize(this, Json) + "\n");
}
