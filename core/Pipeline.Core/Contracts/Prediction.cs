namespace Pipeline.Core.Contracts;

/// <summary>
/// What the model says about one image, or why it says nothing: exactly one of <see cref="Label"/> and
/// <see cref="Error"/> is given. A label is empty when the model is not certain enough.
/// </summary>
public sealed record Prediction
{
    /// <summary>Path of the image as the caller gave it; empty when it came as bytes without a name.</summary>
    public required string Path { get; init; }

    /// <summary>
    /// Most probable class; empty when its probability is below the minimum confidence (see <see cref="IsRejected"/>),
    /// <c>null</c> when the image could not be read.
    /// </summary>
    public string? Label { get; init; }

    /// <summary>Output index of <see cref="Label"/>; -1 when there is none.</summary>
    public int ClassIndex { get; init; } = -1;

    /// <summary>
    /// Whether the image was scored and the best class's probability is below the minimum confidence.
    /// </summary>
    public bool IsRejected => Label is { Length: 0 };

    /// <summary>
    /// Probability of the most probable class, in [0, 1], also when it is too small to give the label; 0 when the image
    /// could not be read.
    /// </summary>
    public float Probability { get; init; }

    /// <summary>
    /// Probability of every class in label order, summing to 1; empty when the image could not be read. Owned by this
    /// record; do not modify.
    /// </summary>
    public float[] Probabilities { get; init; } = [];

    /// <summary>
    /// What the backbone gives for the image, row-major <c>float32</c> of the session's feature shape; empty unless
    /// features were asked for. Owned by this record; do not modify.
    /// </summary>
    public float[] Features { get; init; } = [];

    /// <summary>
    /// The class that the image is known to be of; <c>null</c> when nobody said. The model does not see it.
    /// </summary>
    public string? TrueLabel { get; init; }

    /// <summary>Why the image has no prediction, one line; <c>null</c> when it has one.</summary>
    public string? Error { get; init; }
}
