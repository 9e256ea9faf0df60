namespace Pipeline.Trainer.Recipes;

/// <summary>How trained batch-norm layers behave in a phase.</summary>
public enum BatchNormTraining
{
    /// <summary>They use their running statistics, which stay as they are; weight and bias are trained.</summary>
    Frozen,

    /// <summary>They use the batch's statistics and update the running ones.</summary>
    Train,
}
