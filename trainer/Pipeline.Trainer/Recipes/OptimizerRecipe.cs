namespace Pipeline.Trainer.Recipes;

/// <summary>The optimizers by name.</summary>
public enum OptimizerKind
{
    /// <summary>Stochastic gradient descent, with momentum if given.</summary>
    Sgd,

    /// <summary>Adam.</summary>
    Adam,

    /// <summary>Adam whose weight decay shrinks the weights directly (<c>adamw</c>).</summary>
    Adamw,

    /// <summary>RMSprop (<c>rmsprop</c>).</summary>
    Rmsprop,
}

/// <summary>The optimizer of a phase.</summary>
public sealed record OptimizerRecipe
{
    /// <summary>Which one.</summary>
    public required OptimizerKind Name { get; init; }

    /// <summary>Learning rate at the start, positive. A recipe may leave it out for Adam and RMSprop: 1e-3.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Momentum of SGD and RMSprop, in [0, 1).</summary>
    public double Momentum { get; init; }

    /// <summary>Whether SGD looks ahead along its momentum (Nesterov).</summary>
    public bool Nesterov { get; init; }

    /// <summary>Decay rate of RMSprop's running mean square, in [0, 1); PyTorch calls it alpha.</summary>
    public double Rho { get; init; } = 0.9;

    /// <summary>
    /// Added to the denominator of Adam and RMSprop. A recipe may leave it out: 1e-8 for Adam as PyTorch has it, 1e-7
    /// for RMSprop as Keras has it.
    /// </summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>
    /// Share of each weight added to its gradient (L2), or for AdamW subtracted per unit of learning rate; never of
    /// biases and batch-norm.
    /// </summary>
    public double WeightDecay { get; init; }
}
