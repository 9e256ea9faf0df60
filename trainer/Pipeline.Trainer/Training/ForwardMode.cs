namespace Pipeline.Trainer.Training;

/// <summary>How layers behave that know a difference between training and use.</summary>
public sealed record ForwardMode
{
    /// <summary>Dropout off, batch-norm on running statistics: what an exported model computes.</summary>
    public static ForwardMode Evaluation { get; } = new();

    /// <summary>Whether dropout drops.</summary>
    public bool Dropout { get; init; }

    /// <summary>Batch-norm nodes that normalise by the batch and update their running statistics; <c>null</c> means none. Do not modify.</summary>
    public IReadOnlySet<string>? BatchNormNodes { get; init; }

    /// <summary>Weight of the newest batch in the running statistics; <c>null</c> means each layer's own.</summary>
    public double? BatchNormMomentum { get; init; }
}
