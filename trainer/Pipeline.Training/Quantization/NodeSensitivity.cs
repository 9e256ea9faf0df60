namespace Pipeline.Training.Quantization;

/// <summary>What making one operator int8, and no other, does.</summary>
/// <param name="Node">Name of the operator.</param>
/// <param name="LogitError">
/// Root of the mean squared change of a logit, over the root of the mean squared logit.
/// </param>
/// <param name="Changed">Images that get another class.</param>
public sealed record NodeSensitivity(string Node, double LogitError, int Changed);
