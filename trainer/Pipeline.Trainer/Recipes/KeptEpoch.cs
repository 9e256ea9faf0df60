namespace Pipeline.Trainer.Recipes;

/// <summary>Which epoch's weights a phase ends with.</summary>
public enum KeptEpoch
{
    /// <summary>Those of the epoch that is best by <see cref="PhaseRecipe.Best"/>.</summary>
    Best,

    /// <summary>
    /// Those of the epoch that was trained last, be it the last of the recipe or the one at which early stopping or a
    /// time budget ended the phase.
    /// </summary>
    Last,
}
