using System.Globalization;
using Pipeline.Core.Errors;

namespace Pipeline.Core.Contracts;

/// <summary>
/// From which confidence on a model's answer is given: a less certain image gets an empty label instead of a wrong one.
/// Chosen on the validation images, see <c>RejectThreshold</c>.
/// </summary>
/// <param name="MinimumConfidence">
/// Smallest probability of the best class that is accepted, in [0, 1]; 0 accepts all.
/// </param>
/// <param name="TargetAccuracy">Accuracy that the accepted validation images had to reach, in (0, 1].</param>
/// <param name="Accuracy">Accuracy that they have, in [0, 1].</param>
/// <param name="Coverage">Share of the validation images that is accepted, in (0, 1].</param>
public sealed record RejectOption(float MinimumConfidence, double TargetAccuracy, double Accuracy, double Coverage)
{
    /// <summary>Checks the values.</summary>
    /// <param name="source">File and key, for the message.</param>
    /// <returns>This record, for chaining.</returns>
    /// <exception cref="ModelContractException">A value is out of its range.</exception>
    public RejectOption Validate(string source) =>
        MinimumConfidence is >= 0 and <= 1
        && TargetAccuracy is > 0 and <= 1
        && Accuracy is >= 0 and <= 1
        && Coverage is > 0 and <= 1
            ? this
            : throw new ModelContractException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{source}: minimumConfidence is {MinimumConfidence}, targetAccuracy {TargetAccuracy}, "
                        + $"accuracy {Accuracy}, coverage {Coverage}; expected shares of 0 to 1. "
                        + $"Export the model again."
                )
            )
            {
                Subject = source,
            };
}
