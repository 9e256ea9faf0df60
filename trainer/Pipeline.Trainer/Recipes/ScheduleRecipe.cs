namespace Pipeline.Trainer.Recipes;

/// <summary>How the learning rate goes over a phase.</summary>
/// <param name="Name">Which way.</param>
/// <param name="EveryEpochs">Epochs between two changes of <see cref="ScheduleKind.Step"/>, at least 1.</param>
/// <param name="Factor">
/// What each change of <see cref="ScheduleKind.Step"/> or <see cref="ScheduleKind.Plateau"/> multiplies the rate by, in
/// (0, 1].
/// </param>
public sealed record ScheduleRecipe(ScheduleKind Name, int EveryEpochs = 1, double Factor = 1)
{
    /// <summary>The rate stays.</summary>
    public static ScheduleRecipe Constant { get; } = new(ScheduleKind.Constant);

    /// <summary>
    /// Epochs at the start in which the rate rises from almost 0 in a straight line; the schedule begins after them. At
    /// least 0, and less than the phase has.
    /// </summary>
    public double WarmUpEpochs { get; init; }

    /// <summary>Epochs without improvement that <see cref="ScheduleKind.Plateau"/> waits for, at least 1.</summary>
    public int Patience { get; init; } = 1;
}
