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

    /// <summary>
    /// Up to the learning rate in the first part of the phase and down to almost 0 in the rest, both along half a
    /// cosine.
    /// </summary>
    OneCycle,

    /// <summary>Multiplied by a factor when the validation loss has not improved for a few epochs.</summary>
    Plateau,
}
