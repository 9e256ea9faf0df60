using System.Globalization;
using Pipeline.Trainer.Recipes;

namespace Pipeline.Trainer.Precision;

/// <summary>Which number format a phase trains in, and what was measured.</summary>
/// <param name="Chosen">32 or 16 bits, never auto.</param>
/// <param name="Reason">The measurement in one sentence, or why there was none.</param>
internal sealed record PrecisionChoice(PrecisionMode Chosen, string Reason)
{
    /// <summary>
    /// How many times faster 16 bits must be. They round more, so a tie goes to 32; but the choice is to be within 3 %
    /// of the better one.
    /// </summary>
    public const double WorthwhileSpeedup = 1.03;

    /// <summary>Chooses by the times of a training step.</summary>
    /// <param name="fp32">Time in 32 bits.</param>
    /// <param name="bf16">Time in 16 bits.</param>
    /// <returns>The choice.</returns>
    public static PrecisionChoice Between(TimeSpan fp32, TimeSpan bf16)
    {
        double speedup = fp32 / bf16;
        PrecisionMode chosen = speedup >= WorthwhileSpeedup ? PrecisionMode.Bf16 : PrecisionMode.Fp32;
        string verdict =
            chosen == PrecisionMode.Bf16
                ? "faster"
                : $"and {WorthwhileSpeedup.ToString(CultureInfo.InvariantCulture)}x is asked for";
        return new PrecisionChoice(
            chosen,
            string.Create(
                CultureInfo.InvariantCulture,
                $"a training step takes {fp32.TotalMilliseconds:0.#} ms in fp32 and {bf16.TotalMilliseconds:0.#} ms "
                    + $"in bf16, {speedup:0.00}x {verdict}"
            )
        );
    }

    /// <summary>32 bits because the other way does not work.</summary>
    /// <param name="reason">What failed.</param>
    /// <returns>The choice.</returns>
    public static PrecisionChoice WithoutBf16(string reason) =>
        new(PrecisionMode.Fp32, $"bf16 is not possible here: {reason}");
}
