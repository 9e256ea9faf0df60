namespace Pipeline.Trainer.Recipes;

/// <summary>How much each class counts in the loss.</summary>
public enum ClassWeighting
{
    /// <summary>Every image alike.</summary>
    None,

    /// <summary>
    /// Every class alike: an image of class k weighs N / (K n_k), as in scikit-learn's <c>balanced</c>.
    /// </summary>
    Balanced,
}
