using System.Text.Json.Serialization;

namespace Pipeline.Trainer.Runs;

/// <summary>One model's row in the table at the end of a run.</summary>
/// <param name="Model">Its name.</param>
/// <param name="MicroAccuracy">Share of the test images that its exported file gets right, in [0, 1].</param>
/// <param name="Parameters">Values in all its tensors.</param>
/// <param name="TrainableParameters">Values that its last phase trained.</param>
/// <param name="Seconds">Training, export and gate together.</param>
public sealed record ComparisonRow(
    string Model,
    double MicroAccuracy,
    long Parameters,
    long TrainableParameters,
    double Seconds
)
{
    /// <summary>It beside each model before it, in the recipe's order; <c>null</c> until the run is complete.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ModelPair>? Against { get; init; }
}
