namespace Pipeline.Trainer.Recipes;

/// <summary>A validation metric that chooses the best epoch.</summary>
public enum MonitoredMetric
{
    /// <summary>Mean cross-entropy; smaller is better.</summary>
    ValLoss,

    /// <summary>Micro accuracy; larger is better.</summary>
    ValAccuracy,
}
