using System.Runtime.InteropServices;
using Pipeline.Core.Errors;
using Pipeline.Trainer.Recipes;

namespace Pipeline.Trainer.Precision;

/// <summary>Measures a training step in both number formats.</summary>
/// <param name="step">Takes one step in a format and gives its loss.</param>
/// <param name="clock">Measures times.</param>
internal sealed class PrecisionProbe(Func<PrecisionMode, float> step, TimeProvider clock)
{
    private const int MostPairs = 5;
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(4);

    /// <summary>
    /// Warms both up, then takes turns: what else the machine does then slows both alike. Compares the medians.
    /// </summary>
    internal PrecisionChoice Run(CancellationToken cancellationToken)
    {
        try
        {
            float loss = step(PrecisionMode.Bf16);
            if (!float.IsFinite(loss) && float.IsFinite(step(PrecisionMode.Fp32)))
            {
                return PrecisionChoice.WithoutBf16($"the loss became {loss}");
            }
        }
        catch (Exception error) when (error is ExternalException or TorchException)
        {
            return PrecisionChoice.WithoutBf16(error.Message);
        }

        step(PrecisionMode.Fp32);
        var fp32 = new List<TimeSpan>();
        var bf16 = new List<TimeSpan>();
        long start = clock.GetTimestamp();
        while (fp32.Count < MostPairs && (fp32.Count == 0 || clock.GetElapsedTime(start) < Enough))
        {
            cancellationToken.ThrowIfCancellationRequested();
            fp32.Add(Time(PrecisionMode.Fp32));
            bf16.Add(Time(PrecisionMode.Bf16));
        }

        return PrecisionChoice.Between(Median(fp32), Median(bf16));
    }

    private TimeSpan Time(PrecisionMode precision)
    {
        long start = clock.GetTimestamp();
        step(precision);
        return clock.GetElapsedTime(start);
    }

    private static TimeSpan Median(List<TimeSpan> times) => times.Order().ElementAt(times.Count / 2);
}
