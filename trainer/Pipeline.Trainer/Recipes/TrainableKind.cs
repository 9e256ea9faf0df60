namespace Pipeline.Trainer.Recipes;

/// <summary>How a trainable set is said.</summary>
public enum TrainableKind
{
    /// <summary>Nothing: the model is used as it is, and only measured.</summary>
    None,

    /// <summary>The new classifier only: feature extraction.</summary>
    Head,

    /// <summary>Everything.</summary>
    All,

    /// <summary>From a block on, head included.</summary>
    From,

    /// <summary>The last n layers of the backbone as Keras counts layers, and the head.</summary>
    Last,

    /// <summary>The layers that are listed, and no other: the head only when it is listed as well.</summary>
    Layers,
}
