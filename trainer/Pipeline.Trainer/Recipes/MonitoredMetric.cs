namespace Pipeline.Trainer.Recipes;

/// <summary>A metric of an epoch, to choose the best one by or to stop early by.</summary>
public enum MonitoredMetric
{
    /// <summary>Mean cross-entropy of the validation images; smaller is better.</summary>
    ValLoss,

    /// <summary>Micro accuracy on the validation images; larger is better.</summary>
    ValAccuracy,

    /// <summary>Mean loss of the training steps, as the phase's loss has it; smaller is better.</summary>
    Loss,

    /// <summary>Share of the training images that were right in their step; larger is better.</summary>
    Accuracy,
}
