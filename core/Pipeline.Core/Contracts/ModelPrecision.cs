using System.Globalization;
using Pipeline.Core.Errors;

namespace Pipeline.Core.Contracts;

/// <summary>
/// In what numbers an exported graph computes, and how far its answers may be from the trainer's float32 ones: the
/// budget that the gate, the self-test and <c>verify</c> hold it to.
/// </summary>
/// <param name="Arithmetic">Name for people, such as <c>fp32</c> or <c>fp16</c>.</param>
/// <param name="LogitTolerance">Allowed difference of a logit, times max(1, max |logit|); in (0, 1].</param>
/// <param name="Top1Budget">
/// Share of images that may get another class, in [0, 0.5]; 0 means none but those whose margin is below the tolerance.
/// </param>
public sealed record ModelPrecision(string Arithmetic, double LogitTolerance, double Top1Budget)
{
    /// <summary>
    /// float32 throughout. Other kernels sum in another order, and that is what 1e-4 leaves room for; a wrong layer is
    /// orders of magnitude off.
    /// </summary>
    public static ModelPrecision Float32 { get; } = new("fp32", 1e-4, 0);

    /// <summary>Checks the values.</summary>
    /// <param name="source">File and key, for the message.</param>
    /// <returns>This record, for chaining.</returns>
    /// <exception cref="ModelContractException">A value is out of its range.</exception>
    public ModelPrecision Validate(string source) =>
        LogitTolerance is > 0 and <= 1 && Top1Budget is >= 0 and <= 0.5 && !string.IsNullOrWhiteSpace(Arithmetic)
            ? this
            : throw new ModelContractException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{source}: arithmetic is '{Arithmetic}', logitTolerance {LogitTolerance}, "
                        + $"top1Budget {Top1Budget}; expected a name, a tolerance above 0 and at most 1, "
                        + $"a budget of 0 to 0.5. Export the model again."
                )
            )
            {
                Subject = source,
            };
}
