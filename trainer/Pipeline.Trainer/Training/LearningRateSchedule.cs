using Pipeline.Trainer.Recipes;

namespace Pipeline.Trainer.Training;

/// <summary>The learning rate at a step of a phase.</summary>
public static class LearningRateSchedule
{
    /// <summary>Computes the rate.</summary>
    /// <param name="phase">Schedule and starting rate.</param>
    /// <param name="step">Steps done so far in this phase, from 0.</param>
    /// <param name="totalSteps">Steps of the whole phase, at least 1; a multiple of its epochs.</param>
    /// <returns>A rate of at least 0.</returns>
    /// <remarks>Cosine: Loshchilov and Hutter 2017, arXiv:1608.03983, equation 5 with one period and a minimum of 0. Both are checked against PyTorch's
    /// schedulers in <c>LearningRateScheduleTests</c>.</remarks>
    public static double At(PhaseRecipe phase, long step, long totalSteps) => phase.Schedule.Name switch
    {
        ScheduleKind.Step => phase.Optimizer.LearningRate * Math.Pow(phase.Schedule.Factor, step * phase.Epochs / totalSteps / phase.Schedule.EveryEpochs),
        ScheduleKind.Cosine => phase.Optimizer.LearningRate * 0.5 * (1 + Math.Cos(Math.PI * step / totalSteps)),
        _ => phase.Optimizer.LearningRate,
    };
}
