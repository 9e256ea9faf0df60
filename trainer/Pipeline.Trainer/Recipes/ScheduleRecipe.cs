namespace Pipeline.Trainer.Recipes;

/// <summary>How the learning rate goes over a phase, by name.</summary>
public enum ScheduleKind
{
    /// <summary>Stays.</summary>
    Constant,

    /// <summary>Half a cosine from the learning rate down to 0, step by step.</summary>
    Cosine,

    /// <summary>Multiplied by a factor every few epochs.</summary>
    Step,
}

/// <summary>How the learning rate goes over a phase.</summary>
/// <param name="Name">Which way.</param>
/// <param name="EveryEpochs">Epochs between two changes of <see cref="ScheduleKind.Step"/>, at least 1.</param>
/// <param name="Factor">What each change of <see cref="ScheduleKind.Step"/> multiplies the rate by, in (0, 1].</param>
public sealed record ScheduleRecipe(ScheduleKind Name, int EveryEpochs = 1, double Factor = 1)
{
    /// <summary>The rate stays.</summary>
    public static ScheduleRecipe Constant { get; } = new(ScheduleKind.Constant);
}
