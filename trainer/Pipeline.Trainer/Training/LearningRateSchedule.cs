using Pipeline.Trainer.Recipes;

namespace Pipeline.Trainer.Training;

/// <summary>The learning rate at a step of a phase.</summary>
internal static class LearningRateSchedule
{
    private const double OneCycleRise = 0.3,
        OneCycleStart = 25,
        OneCycleEnd = 1e4; // PyTorch's defaults: share of the steps, divisors

    /// <summary>Computes the rate.</summary>
    /// <param name="phase">Schedule and starting rate.</param>
    /// <param name="step">Steps done so far in this phase, from 0.</param>
    /// <param name="stepsPerEpoch">Steps of an epoch, at least 1.</param>
    /// <param name="reductions">How often <see cref="ScheduleKind.Plateau"/> has reduced the rate.</param>
    /// <returns>A rate of at least 0.</returns>
    /// <remarks>
    /// Cosine: Loshchilov and Hutter 2017, arXiv:1608.03983, equation 5 with one period and a minimum of 0. One cycle:
    /// Smith and Topin 2019, arXiv:1708.07120, as PyTorch's <c>OneCycleLR</c> with a constant momentum. All are checked
    /// against PyTorch's schedulers in <c>LearningRateScheduleTests</c>.
    /// </remarks>
    public static double At(PhaseRecipe phase, long step, long stepsPerEpoch, int reductions = 0)
    {
        ScheduleRecipe schedule = phase.Schedule;
        double rate = phase.Optimizer.LearningRate;
        long warmUp = (long)Math.Round(schedule.WarmUpEpochs * stepsPerEpoch);
        if (step < warmUp)
        {
            return rate * (step + 1) / (warmUp + 1);
        }

        (long done, long total) = (step - warmUp, (phase.Epochs * stepsPerEpoch) - warmUp);
        return schedule.Name switch
        {
            ScheduleKind.Step => rate * Math.Pow(schedule.Factor, done / stepsPerEpoch / schedule.EveryEpochs),
            ScheduleKind.Cosine => rate * 0.5 * (1 + Math.Cos(Math.PI * done / total)),
            ScheduleKind.OneCycle => OneCycle(rate, done, total),
            ScheduleKind.Plateau => rate * Math.Pow(schedule.Factor, reductions),
            _ => rate,
        };
    }

    private static double OneCycle(double highest, long step, long total)
    {
        double top = (OneCycleRise * total) - 1,
            end = total - 1,
            start = highest / OneCycleStart;
        return step <= top
            ? Between(start, highest, top > 0 ? step / top : 1)
            : Between(highest, start / OneCycleEnd, end > top ? (step - top) / (end - top) : 1);

        static double Between(double from, double to, double share) =>
            to + ((from - to) / 2 * (Math.Cos(Math.PI * share) + 1));
    }
}
